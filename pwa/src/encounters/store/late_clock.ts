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

/** How a `clock` document is written: given by write.ts, which this file must not import. */
export function whenMeasured(write: (encounter: string) => Promise<void>): void {
  onMeasuredLate((clockSession) => {
    const encounters = waiting.get(clockSession) ?? []
    waiting.delete(clockSession)
    for (const encounter of encounters) {
      write(encounter).catch((error: unknown) => console.error(`clock: no document in ${encounter}`, error))
    }
  })
}
