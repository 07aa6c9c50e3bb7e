/** What a screen says of other encounters: possible duplicates, seen here or said by the hub, and links. Pure. */
import type { Folded, FoldedDuplicate, FoldedLink } from '../encounters/types'
import { areTogether, comparableNumber, identifiersOf, newestLinks, standingDuplicates } from './rules'

export interface HeldRow {
  encounter: string
  opened_at: string | null
  identifiers?: string[]
}

export interface PossibleDuplicate {
  encounter: string
  by: 'id_number' | 'wristband'
  /** What the hub says of it; null when only this device has noticed. */
  said: FoldedDuplicate | null
}

const kindOf = (identifier: string): 'id_number' | 'wristband' => (identifier.startsWith('wristband:') ? 'wristband' : 'id_number')

/** Encounters held here, of these 24 hours, that have the number. The encounter itself and compared ones are left out. */
export function heldWithNumber<Row extends HeldRow>(rows: readonly Row[], folded: Folded, number: string | null): Row[] {
  const wanted = comparableNumber(number)
  return wanted === null ? [] : heldWith(rows, folded, [`id_number:${wanted}`])
}

function heldWith<Row extends HeldRow>(rows: readonly Row[], folded: Folded, identifiers: readonly string[]): Row[] {
  if (identifiers.length === 0) return []
  const compared = newestLinks(folded)
  return rows.filter(
    (row) =>
      row.encounter !== folded.encounter &&
      !compared.has(row.encounter) &&
      areTogether(row.opened_at, folded.opened_at) &&
      (row.identifiers ?? []).some((one) => identifiers.includes(one)),
  )
}

/** What nobody has compared yet: the hub's word, and what this device sees by itself without a network. */
export function possibleHere(folded: Folded, rows: readonly HeldRow[]): PossibleDuplicate[] {
  const found = new Map<string, PossibleDuplicate>()
  const compared = newestLinks(folded)
  for (const [encounter, said] of standingDuplicates(folded)) {
    if (!compared.has(encounter)) found.set(encounter, { encounter, by: said.by === 'wristband' ? 'wristband' : 'id_number', said })
  }
  const own = identifiersOf(folded)
  for (const row of heldWith(rows, folded, own)) {
    const shared = own.find((one) => row.identifiers?.includes(one))
    if (!found.has(row.encounter) && shared) found.set(row.encounter, { encounter: row.encounter, by: kindOf(shared), said: null })
  }
  return [...found.values()].sort((left, right) => (left.encounter < right.encounter ? -1 : 1))
}

/** Links that hold now, oldest first. */
export const standingLinks = (folded: Folded): FoldedLink[] => [...newestLinks(folded).values()].filter((link) => link.state === 'linked')

/** Another record goes on for this patient: this one was taken over. */
export const takenOverBy = (folded: Folded): FoldedLink | null =>
  standingLinks(folded).find((link) => link.continues_in !== null && link.continues_in !== folded.encounter) ?? null
