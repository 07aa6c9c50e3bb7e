/** The document by which a person attests one act on a device that is not theirs, and reading it back from a record. */
import type { Author, Body, BodyWithEntry, Folded } from '@/encounters/types'
import { proofOf } from './crypto'
import { isByBadge, type Act } from './rules'
import type { Proven } from './store'

export const authorOf = (proven: Proven): Author => ({ staff: proven.staff.id, role: proven.staff.role, badge: proven.claims?.badge ?? null })

/** Body of an `attestation`. With a badge it carries the proof for just this act; the token stays off the record. */
export async function attestationBody(proven: Proven, act: Act): Promise<Body> {
  const { claims } = proven
  return { ...act, method: proven.method, ...(claims ? { badge: claims.badge, proof: await proofOf(claims, act) } : {}) }
}

export interface Attested {
  staff: string | null
  at: string | null
  method: string
  verdict: string
  /** A badge was read for this act. The hub checks the proof itself and flags what does not hold. */
  isByBadge: boolean
}

/** Who attested an act at a document, in order. */
export function attestedOf(folded: Pick<Folded, 'attestations'>, of: string, action: string): Attested[] {
  return folded.attestations.filter((one) => one.of === of && one.action === action).map(attestedBy)
}
export function attestedBy(one: BodyWithEntry): Attested {
  const method = typeof one.method === 'string' ? one.method : 'list'
  const hasBadge = typeof one.badge === 'string' && one.badge === one.entry.badge && typeof one.proof === 'string'
  return { staff: one.entry.staff, at: one.entry.at, method, verdict: String(one.verdict ?? ''), isByBadge: isByBadge(method) && hasBadge }
}
