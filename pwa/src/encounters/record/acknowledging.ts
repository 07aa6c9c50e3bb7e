// What an acknowledgement answers, and what it says was seen. Pure.
import type { Folded, FoldedAcknowledgement } from '../types'

/** The newest acknowledgement of the prealert in force; null when nobody has answered it. */
export function currentAcknowledgement(folded: Folded): FoldedAcknowledgement | null {
  const prealert = folded.prealert?.entry.id
  if (!prealert) return null
  return folded.acknowledgements.filter((one) => one.of === prealert).at(-1) ?? null
}

/** What the main button may do now. */
export type AcknowledgeState = { kind: 'none' } | { kind: 'first' } | { kind: 'newer'; count: number } | { kind: 'done' }

export function acknowledgeState(folded: Folded): AcknowledgeState {
  if (!folded.prealert || folded.state === 'closed') return { kind: 'none' }
  if (!currentAcknowledgement(folded)) return { kind: 'first' }
  return folded.newer.length ? { kind: 'newer', count: folded.newer.length } : { kind: 'done' }
}
