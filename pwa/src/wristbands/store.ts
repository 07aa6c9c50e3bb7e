// Wristbands on this device: putting on, taking off, beginning a record with one, labels from the hub.
import { startWalkIn } from '../board/store'
import { newEncounter, record, type Fact } from '../encounters/store'
import { HubUnreachable, hubAddress } from '../sync/hub'
import { session } from '../sync/session'
import { rememberUnasked } from './asking'
import type { LayoutName } from './layouts'
import { isWard } from './sharing'

export { arrival, joinByWristband } from './asking'
export { isWard, recordPath, wearersOf } from './sharing'

const attached = (code: string): Fact => ({ kind: 'wristband', body: { code, state: 'attached' } })

export const putOn = (encounter: string, code: string): Promise<string> => record(encounter, 'wristband', attached(code).body)
export const takeOff = (encounter: string, code: string): Promise<string> => record(encounter, 'wristband', { code, state: 'removed' })

/** A new encounter for whoever wears this band, and the band, in one commit. Resolves with its ULID. */
export async function beginWith(code: string, occurredAt: string): Promise<string> {
  await rememberUnasked(code) // first: to ask for a band without a record is harmless, a record that never asks is not
  const facts = [attached(code)]
  return isWard() ? startWalkIn('general', facts) : newEncounter('general', { occurredAt, facts })
}

/** The hub's PDF of these codes. Rejects with HubUnreachable, or with the hub's reason. */
export async function labelsPdf(layout: LayoutName, codes: string[], text: string): Promise<Blob> {
  const headers = { Authorization: `Bearer ${session.value?.token ?? ''}`, 'Content-Type': 'application/json' }
  let response: Response
  try {
    response = await fetch(hubAddress('/api/wristbands/labels'), { method: 'POST', headers, body: JSON.stringify({ layout, codes, text }), cache: 'no-store', credentials: 'omit' })
  } catch (error) {
    throw new HubUnreachable('labels: no answer', { cause: error })
  }
  if (response.ok) return response.blob()
  const refusal = (await response.json().catch(() => null)) as { reason?: string } | null
  throw new Error(refusal?.reason ?? `status ${response.status}`)
}
