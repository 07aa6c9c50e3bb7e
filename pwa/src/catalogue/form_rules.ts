/** Rules of the generated form: which definitions it can show, what "rest normal" means, why an item was untestable. */
import type { Item, ScoreDefinition, SpecialValue } from './types'
import type { words } from './words'

const SHOWN = new Set(['choice', 'boolean', 'integer', 'decimal'])

/** Whether every question is a choice, a yes or no, or a number; checklists and body maps have no form here. */
export function hasForm(definition: ScoreDefinition): boolean {
  const items = definition.variants ? Object.values(definition.variants).flatMap((one) => one.items) : definition.items
  return items.length > 0 && !definition.absolute && definition.kind !== 'algorithm' && items.every((item) => SHOWN.has(item.type))
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
