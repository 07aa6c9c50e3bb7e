/** Claims of who somebody is: where each came from, what became of it, and the body of a choice between several. Pure. */
import type { Word } from '../language'
import type { Body, Document, Folded, FoldedPatient } from '../encounters/types'
import { words } from './words'

const SOURCES: Record<string, Word> = {
  card: words.sourceCard, typed: words.sourceTyped, told: words.sourceTold, wristband: words.sourceWristband, unknown: words.sourceUnknown,
}
/** What the person says of where a typed name or number came from. */
export const TYPED_SOURCES = ['typed', 'told', 'wristband'] as const
export type TypedSource = (typeof TYPED_SOURCES)[number]

export const sourceWord = (source: string | null): Word => (source !== null && Object.hasOwn(SOURCES, source) ? SOURCES[source]! : words.sourceOther)

export interface PastClaim {
  id: string
  name: string | null
  temporaryName: string | null
  number: string | null
  source: string | null
  staff: string | null
  /** As recorded by its device; the corrected time where the claim still stands. */
  at: string
  state: 'stands' | 'replaced' | 'retracted'
}

const textOf = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null)

/** Every claim that was ever made, newest first. */
export function pastClaims(documents: readonly Document[], folded: Folded): PastClaim[] {
  const standing = new Map(folded.patients.map((claim) => [claim.entry.id, claim]))
  const retracted = new Set(folded.retracted.map((gone) => gone.id))
  return documents
    .filter((document) => document.kind === 'patient')
    .map((document): PastClaim => {
      const body = (document.body ?? {}) as Body
      return {
        id: document._id,
        name: textOf(body.name),
        temporaryName: textOf(body.temporary_name),
        number: textOf(body.id_number),
        source: textOf(body.source),
        staff: textOf((document.author as { staff?: unknown } | undefined)?.staff),
        at: standing.get(document._id)?.entry.at ?? document.occurred_at,
        state: retracted.has(document._id) ? 'retracted' : standing.has(document._id) ? 'stands' : 'replaced',
      }
    })
    .sort((left, right) => (left.at === right.at ? (left.id < right.id ? 1 : -1) : left.at < right.at ? 1 : -1))
}

/** The document of a choice: the chosen claim as it was, in the name of whoever chooses; it settles the others. */
export function choiceOf(chosen: Document, standing: readonly FoldedPatient[]): { body: Body; supersedes: string } {
  const settles = standing.map((claim) => claim.entry.id).filter((id) => id !== chosen._id)
  return { body: { ...chosen.body, chosen: chosen._id, settles }, supersedes: chosen._id }
}
