// The store's writing as the record uses it, and the encounter's header in force.
import { openEncounter } from '../store'
import type { Document } from '../types'

export { record, recordAll } from '../store'

/** The newest header that no other header supersedes; a change of pathway keeps the rest of its body. */
export async function headerOf(encounter: string): Promise<Document | null> {
  const { documents } = await openEncounter(encounter)
  const headers = [...documents.value.values()].filter((document) => document.kind === 'encounter')
  const superseded = new Set(headers.map((document) => document.supersedes))
  return headers.filter((document) => !superseded.has(document._id)).at(-1) ?? null
}
