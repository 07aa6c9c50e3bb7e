/** Rules of the forms: which one a definition gets, what "all normal" means, why an item was untestable, typed numbers. */
import { isAllowed } from './score_kinds/answers'
import type { Item, ScoreDefinition, SpecialValue } from './types'
import type { words } from './words'

export type FormKind = 'questions' | 'injuries' | 'burns' | 'checklist' | 'regions'

const BY_KIND: Readonly<Record<string, FormKind>> = { algorithm: 'injuries', area: 'burns', checklist: 'checklist', subtract: 'regions' }
const ASKED = new Set(['choice', 'boolean', 'integer', 'decimal'])

/** The form of a definition; null where this version cannot ask what it wants. */
export function formOf(definition: ScoreDefinition): FormKind | null {
  const own = BY_KIND[definition.kind]
  if (own) return own
  const items = definition.variants ? Object.values(definition.variants).flatMap((one) => one.items) : definition.items
  return items.length > 0 && items.every((item) => ASKED.has(item.type)) ? 'questions' : null
}

/** Answers of 0 points for what is still open: a person's statement that all the rest was examined and normal. */
export function restNormal(items: readonly Item[], inputs: Readonly<Record<string, unknown>>): Record<string, string | number | boolean> {
  const rest: Record<string, string | number | boolean> = {}
  for (const item of items) {
    if (inputs[item.id] !== undefined) continue
    const normal = item.type === 'choice' ? item.options?.find((option) => option.points === 0) : undefined
    if (!normal) return {} // one item without a normal answer: nothing is filled by a shortcut
    rest[item.id] = normal.value
  }
  return rest
}

/** Whether "all normal" may be offered. A comatose patient is rated item by item: the definition's guidance says how. */
export function mayFillNormal(definition: ScoreDefinition, items: readonly Item[], inputs: Readonly<Record<string, unknown>>): boolean {
  if (definition.coma_guidance && isComa(items, inputs)) return false
  return items.length > 3 && Object.keys(restNormal(items, inputs)).length > 0
}

/** The first item answered with its highest points: level of consciousness, no response. */
export function isComa(items: readonly Item[], inputs: Readonly<Record<string, unknown>>): boolean {
  const first = items[0]
  const highest = first?.options?.at(-1)
  return first !== undefined && highest !== undefined && inputs[first.id] === highest.value
}

type Reason = keyof typeof words
const USUAL: Reason[] = ['amputation', 'joint_fusion', 'fracture', 'intubated', 'sedation', 'other']

/** The catalogue's reasons where it names them, else the usual ones; those this app has no word for are "other". */
export function untestableReasons(special: SpecialValue | null): Reason[] {
  const named = special?.reasons?.filter((one): one is Reason => KNOWN.has(one as Reason))
  return named && named.length > 0 ? named : USUAL
}
const KNOWN = new Set<Reason>([
  'intubated', 'tracheostomy', 'eyes_closed_by_swelling', 'sedation', 'paralysis_or_neuromuscular_block', 'language_barrier',
  'dysphasia', 'amputation', 'joint_fusion', 'fracture', 'other',
])

export const isNumberItem = (item: Item | undefined): boolean => item?.type === 'integer' || item?.type === 'decimal'

/** Text after one more key. Two decimals: a laboratory's INR of 1.74 is not 1.7. */
export function typedNumber(text: string, key: string, item: Item): string {
  if (key === '.') {
    if (item.type !== 'decimal' || text.includes('.')) return text
    return text === '' ? '0.' : `${text}.`
  }
  if (!/^\d$/.test(key) || text.length >= 6 || /\.\d\d$/.test(text)) return text
  return text === '0' ? key : text + key
}

/** What a typed text answers: the number, or the unfinished text ("12."), which no item allows. */
export const answerOfText = (text: string): number | string | undefined =>
  text === '' ? undefined : text.endsWith('.') ? text : Number(text)

/** The hard range that a number breaks, for the sentence that says why it is not saved; null where it may stand. */
export function brokenRange(item: Item, value: unknown): { min: number; max: number } | null {
  if (typeof value !== 'number' || isAllowed(item, value)) return null
  const { min = null, max = null } = item.hard_range ?? {}
  return min !== null && max !== null ? { min, max } : null
}
