/** Reading a badge as the truth on this device: signature, key, expiry by the hub's clock, revocations, staff. Offline. */
import { hubNow } from '@/sync/clock'
import { rosterCheckedAt, rosterDocument, staffOf, type RosterStaff } from '@/sync/roster'
import { isSigned, type PublicKey } from './crypto'
import { asTyped, dayOf, readToken, refusalOf, type Claims, type Method, type Refusal } from './rules'

/** A person known for now, and how. `claims` only in memory: what it proves with is never stored. */
export interface Proven {
  staff: RosterStaff
  method: Method
  claims: Claims | null
}
export type Reading =
  | { outcome: 'accepted'; proven: Proven }
  | { outcome: 'refused'; refusal: Refusal; badge: string | null; staff: string | null }

const keys = (): PublicKey[] => (rosterDocument('badges:keys')?.keys as PublicKey[] | undefined) ?? []
const revoked = (): ReadonlySet<string> => new Set(((rosterDocument('badges:revoked')?.revoked as { id: string }[] | undefined) ?? []).map(({ id }) => id))

/** The hub has made badges at all; before that no screen speaks of them. */
export const hasBadges = (): boolean => keys().length > 0

/** How old the list of revoked badges on this device is; null when it never came. */
export function listAgeMinutes(now = Date.now()): number | null {
  return rosterCheckedAt.value === null ? null : Math.max(0, Math.floor((now - rosterCheckedAt.value) / 60_000))
}

export async function readBadge(text: string, method: Method): Promise<Reading> {
  const claims = readToken(method === 'wedge' ? asTyped(text) : text)
  const refuse = (refusal: Refusal): Reading => ({ outcome: 'refused', refusal, badge: claims?.badge ?? null, staff: claims?.staff ?? null })
  if (!claims) return refuse('unreadable')
  const key = keys().find(({ id }) => id === claims.key)
  if (!key) return refuse('unknown_key')
  if (!(await isSigned(key, claims))) return refuse('forged')
  const staff = staffOf(claims.staff)
  const refusal = refusalOf(claims, dayOf(hubNow().getTime()), revoked(), staff ? staff.active : null)
  return refusal || !staff ? refuse(refusal ?? 'staff_unknown') : { outcome: 'accepted', proven: { staff, method, claims } }
}
