// Documents that were written before this device's clock was measured: one `clock` document per encounter makes their
// times exact afterwards (docs/record.md, Time, rule 3). Works within one clock session; what an earlier page left
// unmeasured is bridged by rule 4.
import { onMeasuredLate } from '@/sync/clock'

const waiting = new Map<string, Set<string>>()

/** A document of this encounter carries no offset in this clock session. */
export function noteUnmeasured(clockSession: string, encounter: string): void {
  const encounters = waiting.get(clockSession) ?? new Set()
  encounters.add(encounter)
  waiting.set(clockSession, encounters)
}

async function writeClockDocuments(clockSession: string): Promise<void> {
  const encounters = waiting.get(clockSession)
  if (!encounters) return
  waiting.delete(clockSession)
  const { record } = await import('./write')
  for (const encounter of encounters) await record(encounter, 'clock', {})
}

onMeasuredLate((clockSession) => {
  writeClockDocuments(clockSession).catch((error: unknown) => console.error('clock: document not written', error))
})
