/**
 * A refused badge is on record: in the encounter where it happened, otherwise on this device until the hub has positively
 * taken it into its access log.
 */
import { newUlid } from '@/device/ids'
import { hubNow } from '@/sync/clock'
import { onContact } from '@/sync/contact'
import { HubUnreachable } from '@/sync/hub'
import { readValue, removeValue, valueNames, writeValue } from '@/sync/own_database'
import { askSigned, session } from '@/sync/session'
import type { Method } from './rules'

const KEPT_AS = 'badge_attempt.'
const AT_ONCE = 100

export interface Refused {
  reason: string
  method: Method
  /** the screen, such as board, record, drug */
  place: string
  badge?: string | null
  claimed_staff?: string | null
}
/** Where it happened, when it happened at a patient. */
export interface Where {
  encounter?: string
  of?: string | null
  action?: string
}
interface Kept extends Refused {
  id: string
  at: string
}

/** Put a refused badge on record. Never throws: a reader must answer the person whatever happens to the note. */
export async function noteRefused(refused: Refused, where: Where = {}): Promise<void> {
  try {
    if (where.encounter && (await isOnRecord(refused, where as Where & { encounter: string }))) return
    const kept: Kept = { ...refused, id: newUlid(), at: hubNow().toISOString() }
    await writeValue(KEPT_AS + kept.id, kept)
    await deliverRefused()
  } catch (error) {
    console.error('badges: a refused badge could not be put on record', error)
  }
}

async function isOnRecord(refused: Refused, { encounter, of, action }: Where & { encounter: string }): Promise<boolean> {
  try {
    // The store of encounters comes when it is needed: this file is loaded on every screen.
    const { record } = await import('@/encounters/store')
    await record(encounter, 'attestation', { of: of ?? null, action: action ?? refused.place, outcome: 'refused', ...refused })
    return true
  } catch (error) {
    console.warn('badges: not on the encounter, kept on the device instead', error)
    return false
  }
}

let isDelivering = false

/** Hand in what is kept; each goes away only when the hub named it as taken. */
export async function deliverRefused(): Promise<void> {
  if (isDelivering || !session.value) return
  isDelivering = true
  try {
    const names = (await valueNames(KEPT_AS)).slice(0, AT_ONCE)
    const attempts = (await Promise.all(names.map((name) => readValue<Kept>(name)))).filter((one) => one !== undefined)
    if (attempts.length === 0) return
    const answer = await askSigned<{ taken?: string[] }>('/api/badge-attempts', { method: 'POST', body: { attempts } })
    if (!answer.ok) return console.warn('badges: the hub did not take refused badges', answer.status)
    for (const id of answer.body.taken ?? []) await removeValue(KEPT_AS + id)
  } catch (error) {
    if (!(error instanceof HubUnreachable)) throw error // offline: they stay until there is contact
  } finally {
    isDelivering = false
  }
}

/** Deliver now, and whenever the hub answers again. */
export function followContact(): () => void {
  const deliver = (): void => {
    deliverRefused().catch((error: unknown) => console.error('badges: refused ones', error))
  }
  let wasConnected = false
  deliver()
  return onContact(({ connected }) => {
    if (connected && !wasConnected) deliver()
    wasConnected = connected
  })
}
