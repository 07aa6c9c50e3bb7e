/**
 * What identifies a patient, and how encounters relate. Pure. Twin of server/patients/rules.py.
 * Identity is a claim: a number that stands in any head of an encounter counts, not only in the newest.
 */
import { parseInstant } from '../encounters/folding/instants'
import { normalise } from '../encounters/identity_number'
import type { Folded, FoldedDuplicate, FoldedLink, FoldedRegistration } from '../encounters/types'

export interface LinkTo {
  encounter: string
  relation: string | null
  continues_in: string | null
}

const TOGETHER_WITHIN_MS = 24 * 3_600_000
/** Shorter, or the same character again and again, is what somebody typed to get past a field. */
const NUMBER = /^[0-9A-Z]{6,40}$/
const FEWEST_CHARACTERS = 3
const compare = (left: string, right: string): number => (left < right ? -1 : left > right ? 1 : 0)

/** A number as two encounters may have it in common; null for what names nobody. */
export function comparableNumber(text: unknown): string | null {
  if (typeof text !== 'string') return null
  const number = normalise(text)
  return NUMBER.test(number) && new Set(number).size >= FEWEST_CHARACTERS ? number : null
}

function wristbandCodes(folded: Folded): string[] {
  const folds = (folded as Folded & { wristbands?: unknown[] }).wristbands ?? []
  const bodies = [...folds, ...folded.others.filter((other) => other.kind === 'wristband').map((other) => other.body)]
  // A band that was taken off may be on somebody else by now.
  const codes = bodies.map((body) => (isWorn(body) ? body.code : null))
  return codes.filter((code): code is string => typeof code === 'string' && code.trim() !== '').map(normalise)
}

const isWorn = (body: unknown): body is { code?: unknown } =>
  typeof body === 'object' && body !== null && (body as { state?: unknown }).state !== 'removed'

/** Everything by which this patient may be known elsewhere, sorted: `id_number:…`, `wristband:…`. */
export function identifiersOf(folded: Folded): string[] {
  const numbers = folded.patients.map((patient) => comparableNumber(patient.id_number)).filter((one) => one !== null)
  const found = [...numbers.map((number) => `id_number:${number}`), ...wristbandCodes(folded).map((code) => `wristband:${code}`)]
  return [...new Set(found)].sort(compare)
}

/** What was said last of each other encounter: linked, unlinked, or compared and not the same. */
export function newestLinks(folded: Folded): Map<string, FoldedLink> {
  return new Map(folded.links.filter((link) => link.encounter !== folded.encounter).map((link) => [link.encounter, link]))
}

/** The encounters that this one is linked to now, by id. */
export function linkedTo(folded: Folded): LinkTo[] {
  return [...newestLinks(folded)]
    .filter(([, link]) => link.state === 'linked')
    .sort(([left], [right]) => compare(left, right))
    .map(([encounter, link]) => ({ encounter, relation: link.relation, continues_in: link.continues_in }))
}

/** The hub's last word on each other encounter that had something in common, where it still has. */
export function standingDuplicates(folded: Folded): Map<string, FoldedDuplicate> {
  const newest = new Map(folded.duplicates.filter((one) => one.encounter !== folded.encounter).map((one) => [one.encounter, one]))
  return new Map([...newest].filter(([, one]) => one.state === 'possible'))
}

/** Other encounters with the same number or wristband that nobody has compared yet, by id. */
export function possibleDuplicates(folded: Folded): string[] {
  const compared = newestLinks(folded)
  return [...standingDuplicates(folded).keys()].filter((other) => !compared.has(other)).sort(compare)
}

/** Whether two encounters began within 24 hours of each other. What is not known is not ruled out. */
export function areTogether(openedAt: string | null, otherOpenedAt: string | null): boolean {
  const [first, second] = [parseInstant(openedAt), parseInstant(otherOpenedAt)]
  return first === null || second === null || Math.abs(first - second) <= TOGETHER_WITHIN_MS
}

/** The hospital where the patient is going, or where the record began. */
export const siteOf = (folded: Folded): string | null => folded.destination?.site ?? folded.prealert?.site ?? folded.site

/** What the present hospital's registration answered last. */
export function registrationHere(folded: Folded): FoldedRegistration | null {
  const site = siteOf(folded)
  const found = folded.registrations.filter((one) => one.site === site)
  return found[found.length - 1] ?? null
}
