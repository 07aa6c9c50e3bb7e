/**
 * Two NIHSS side by side: what each item did, and what the total did. Which is before and which after lysis says the
 * time of the needle, unless a person marked it. A change exists only between two answers that are numbers. Pure.
 */
import type { Folded, FoldedScore } from '../encounters/types'
import type { Item } from './types'

export type Phase = 'before_lysis' | 'after_lysis'
export interface PhaseOf {
  phase: Phase | null
  /** `marked`: a person said so; `needle`: by the time of the needle. */
  by: 'marked' | 'needle' | null
}

// The two nodes that say when the lytic went in: at the hospital, or before it.
const NEEDLES = ['needle', 'prehospital_lysis'] as const

/** When lysis began; null when it was not recorded. */
export function needleAt(folded: Folded): string | null {
  const times = NEEDLES.flatMap((node) => folded.time_nodes[node]?.at(-1)?.at ?? []).sort()
  return times[0] ?? null
}

export function phaseOf(score: FoldedScore, folded: Folded): PhaseOf {
  const marks = folded.assessments.filter((one) => one.assessment === 'score_phase' && one.of === score.entry.id)
  const marked = marks.at(-1)?.phase
  if (marked === 'before_lysis' || marked === 'after_lysis') return { phase: marked, by: 'marked' }
  const needle = needleAt(folded)
  const at = score.entry.at
  if (needle === null || at === null) return { phase: null, by: null }
  return { phase: Date.parse(at) < Date.parse(needle) ? 'before_lysis' : 'after_lysis', by: 'needle' }
}

export interface ItemChange {
  item: Item
  before: unknown
  after: unknown
  /** Points gained (+, worse) or lost; null where one of the two is missing or untestable. */
  change: number | null
}

export function changesBetween(items: readonly Item[], before: FoldedScore, after: FoldedScore): ItemChange[] {
  return items.map((item) => {
    const [first, second] = [before.inputs[item.id], after.inputs[item.id]]
    const isBoth = typeof first === 'number' && typeof second === 'number'
    return { item, before: first, after: second, change: isBoth ? second - first : null }
  })
}

/** The change of the total. Null unless both have a total with the same items untestable: other sums do not compare. */
export function totalChange(before: FoldedScore, after: FoldedScore): number | null {
  const [first, second] = [before.result?.total, after.result?.total]
  if (typeof first !== 'number' || typeof second !== 'number') return null
  return untestable(before) === untestable(after) ? second - first : null
}
const untestable = (score: FoldedScore): string =>
  (Array.isArray(score.result?.untestable_items) ? [...(score.result.untestable_items as string[])].sort() : []).join()

/** The pair to show first: the last one before lysis and the last one after it, else the last two. */
export function pairOf(scores: readonly FoldedScore[], folded: Folded): [FoldedScore, FoldedScore] | null {
  if (scores.length < 2) return null
  const before = scores.filter((one) => phaseOf(one, folded).phase === 'before_lysis').at(-1)
  const after = scores.filter((one) => phaseOf(one, folded).phase === 'after_lysis').at(-1)
  return before && after ? [before, after] : [scores.at(-2)!, scores.at(-1)!]
}
