/**
 * What a second reading of a card says against the patient as claimed, and the patient that a person makes of it. Pure;
 * twin of server/cards/second_reading.py. Both are held to tests/vectors/cards/second_readings.json.
 */
import { checkIdentityNumber } from '../encounters/identity_number'
import type { Body, Folded } from '../encounters/types'
import type { FieldName } from './card_types'

export interface ReadValue {
  value: string
  confidence: number
}
export interface Difference {
  field: FieldName
  /** What the claim says; empty where it leaves the field open. */
  claimed: string
  read: string
}
export interface OpenReading {
  id: string
  /** The `media` document of the photograph. */
  of: string
  differences: Difference[]
}

/** A card's field -> the field of a `patient` body that it speaks about, in the order of the card. */
const CLAIMED = {
  name: 'name',
  sex: 'sex',
  ethnicity: 'ethnicity',
  birth: 'birth_date',
  address: 'address',
  id_number: 'id_number',
  authority: 'card_authority',
  valid: 'card_valid',
} as const satisfies Record<FieldName, string>
const NAMES = Object.keys(CLAIMED) as FieldName[]
const SEXES: Record<string, string> = { 男: 'male', 女: 'female' }
const SEX_WORDS: Record<string, string> = { male: '男', female: '女' }

/** Text without its spaces and widths, which no person would call a difference. */
const plain = (text: string): string => text.normalize('NFKC').replace(/\s+/gu, '')
const textOf = (value: unknown): string | null => (typeof value === 'string' ? value : null)

function readOf(fields: Body, name: FieldName): string | null {
  const field = Object.hasOwn(fields, name) ? (fields[name] as Body | null) : null
  return textOf(field?.value)
}

/** Fields whose reading fills what the claim leaves open, or says something else. */
export function differences(fields: Body, claim: Body): Difference[] {
  return NAMES.flatMap((field): Difference[] => {
    const read = readOf(fields, field)
    if (read === null) return []
    const said = textOf(claim[CLAIMED[field]])
    if (said !== null && plain(said) === plain(field === 'sex' ? (SEXES[read] ?? '') : read)) return []
    const claimed = field === 'sex' ? (SEX_WORDS[said ?? ''] ?? '') : (said ?? '')
    return [{ field, claimed, read }]
  })
}

/** Readings of photographs that still stand, which nobody has answered and which say more than the present claim. */
export function openReadings(folded: Folded, claim: Body): OpenReading[] {
  const photos = new Set(folded.media.map((one) => one.entry.id))
  return folded.card_readings
    .filter((one) => one.state === 'suggested' && photos.has(String(one.of)))
    .map((one) => ({ id: one.entry.id, of: String(one.of), differences: withoutDerived(differences((one.fields ?? {}) as Body, claim)) }))
    .filter((one) => one.differences.length > 0)
}

/** Birth and sex follow the number: where it is to be chosen, they are no choice of their own. */
function withoutDerived(found: Difference[]): Difference[] {
  const asksForNumber = found.some((one) => one.field === 'id_number')
  return asksForNumber ? found.filter((one) => one.field !== 'birth' && one.field !== 'sex') : found
}

/**
 * The patient with the chosen values taken over. Birth and sex follow the number; null when a chosen number breaks the
 * rule, since then nothing may be taken.
 */
export function acceptedBody(reading: OpenReading, chosen: ReadonlySet<FieldName>, claim: Body | null, today: string): Body | null {
  const taken = reading.differences.filter((one) => chosen.has(one.field))
  if (taken.length === 0) return null
  const body: Body = { ...(claim ?? { name: null, sex: 'unknown', birth_date: null, id_number: null }) }
  for (const { field, read } of taken) body[CLAIMED[field]] = field === 'sex' ? (SEXES[read] ?? 'unknown') : read
  if (chosen.has('id_number')) {
    const check = checkIdentityNumber(String(body.id_number), today)
    if (check.verdict !== 'valid') return null
    Object.assign(body, { birth_date: check.birth, sex: check.sex })
  }
  if (claim === null || chosen.has('id_number')) body.source = 'card'
  const before = typeof claim?.card_reading === 'object' ? (claim.card_reading as Body) : {}
  body.card_reading = { ...before, accepted: { of: reading.id, fields: taken.map((one) => one.field) } }
  return body
}

/** The positions at which two texts differ, for the eye; all of them where their lengths differ too. */
export function differingAt(one: string, other: string): Set<number> {
  const [left, right] = [[...one], [...other]]
  let head = 0
  while (head < left.length && head < right.length && left[head] === right[head]) head++
  let tail = 0
  while (tail < left.length - head && tail < right.length - head && left.at(-1 - tail) === right.at(-1 - tail)) tail++
  const found = new Set<number>()
  for (let n = head; n < left.length - tail; n++) if (left.length !== right.length || left[n] !== right[n]) found.add(n)
  return found
}
