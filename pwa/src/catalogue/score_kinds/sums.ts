// Scores that add the points of their items: sum, ordinal, reference, weighted sum, and sums with variants.
// Twin: server/catalogue/score_kinds/sums.py.
import type { Band, Condition, Inputs, Item, PointBand, ScoreDefinition, ScoreResult } from '../types'
import { read, readAnswers, type Answers } from './answers'
import { holds } from './conditions'
import { add, exact, multiply, roundHalfUp, toNumber, zero } from './decimals'
import { bandOf, pointsIn, refusal, withoutTotal, type Comparable } from './results'

interface SumRules {
  not_scored?: string[]
  scales?: Record<string, { when: Condition; use: string }[]>
  groups?: Record<string, 'lowest'>
  flags?: Record<string, { any_item_points: number }>
  band_set_from?: string
  weights?: Record<string, number>
  decimals?: number
  variant_from?: string
}

type Summed = Pick<ScoreDefinition, 'items' | 'bands' | 'evaluation' | 'extra_inputs' | 'band_sets'>
type Points = Record<string, number>

// Add the points of all items. A special value without points (NT) forbids the sum; one with some (UN) marks it.
export function evaluateSum(definition: Summed, inputs: Inputs): ScoreResult {
  const rules = definition.evaluation as SumRules
  const answers = readAnswers([...definition.items, ...(definition.extra_inputs ?? [])], inputs)
  const refused = refusal(answers)
  if (refused) return refused
  const shown = grouped(definition.items, itemPoints(definition.items, answers, rules), rules)
  const total = Object.values(shown).reduce((sum, points) => sum + points, 0)
  const flags = raisedFlags(shown, rules)
  const band = bandOf(bandsOfTotal(definition, answers, rules), total, flags)
  return { status: 'complete', total, band, item_points: shown, ...flags, ...untestable(definition.items, answers) }
}

// Weight each item's code, never its raw value, and round the sum.
export function evaluateWeightedSum(definition: ScoreDefinition, inputs: Inputs): ScoreResult {
  const rules = definition.evaluation as SumRules
  const answers = readAnswers(definition.items, inputs)
  const refused = refusal(answers)
  if (refused) return refused
  const points = itemPoints(definition.items, answers, rules)
  const weighted = Object.entries(points).reduce(
    (sum, [name, code]) => add(sum, multiply(exact(rules.weights?.[name] ?? Number.NaN), exact(code))),
    zero,
  )
  const total = roundHalfUp(weighted, rules.decimals ?? 0)
  return { status: 'complete', total: toNumber(total), band: bandOf(definition.bands, total), item_points: points }
}

// Evaluate the variant that the answers name, else the default one. The variant is part of the result.
export function evaluateVariant(definition: ScoreDefinition, inputs: Inputs): ScoreResult {
  const rules = definition.evaluation as SumRules
  const name = read(inputs, rules.variant_from ?? '') ?? definition.default_variant
  const variants = definition.variants ?? {}
  const variant = typeof name === 'string' && Object.hasOwn(variants, name) ? variants[name] : undefined
  if (!variant) return withoutTotal('invalid')
  const result = evaluateSum({ ...variant, evaluation: {} }, inputs)
  return result.status === 'complete' ? { ...result, variant: name as string } : result
}

// Points by item id. A value that no band holds breaks the definition, and throws.
function itemPoints(items: readonly Item[], answers: Answers, rules: SumRules): Points {
  const points: Points = {}
  for (const item of items) {
    if (rules.not_scored?.includes(item.id)) continue
    const scored = pointsOf(item, answers, rules)
    if (scored === undefined || scored === null) throw new Error(`item ${item.id} has no points for an allowed answer`)
    points[item.id] = scored
  }
  return points
}

function pointsOf(item: Item, answers: Answers, rules: SumRules): number | null | undefined {
  const special = answers.special.get(item.id)
  if (special) return special.counts_as
  const value = answers.values.get(item.id)
  if (item.options) return item.options.find((option) => option.value === value)?.points
  return pointsIn(bandsOfItem(item, answers, rules), value as Comparable)
}

// An item's bands, chosen by other answers where the definition has several scales (NEWS2's SpO2).
function bandsOfItem(item: Item, answers: Answers, rules: SumRules): PointBand[] {
  const scale = rules.scales?.[item.id]?.find((one) => holds(one.when, answers.values) === true)
  return scale ? (item[scale.use] as PointBand[]) : (item.bands ?? [])
}

// The bands of the total; another answer chooses among several sets (GRACE: type of ACS).
function bandsOfTotal(definition: Summed, answers: Answers, rules: SumRules): Band[] {
  if (rules.band_set_from === undefined) return definition.bands
  return definition.band_sets?.[String(answers.values.get(rules.band_set_from))] ?? []
}

// Items of a group count once, with the lowest points of the group (CRAMS: circulation).
function grouped(items: readonly Item[], points: Points, rules: SumRules): Points {
  const shown: Points = {}
  for (const item of items) {
    const own = points[item.id]
    if (own === undefined) continue
    if (item.group === undefined || rules.groups?.[item.group] !== 'lowest') shown[item.id] = own
    else shown[item.group] = Math.min(shown[item.group] ?? own, own)
  }
  return shown
}

function raisedFlags(points: Points, rules: SumRules): Record<string, boolean> {
  const named = Object.entries(rules.flags ?? {})
  return Object.fromEntries(named.map(([name, rule]) => [name, Object.values(points).includes(rule.any_item_points)]))
}

// The status and the list that stand beside a total in which an item counted without being tested.
function untestable(items: readonly Item[], answers: Answers): Partial<ScoreResult> {
  const flagged: Partial<ScoreResult> = {}
  for (const item of items) {
    const flag = answers.special.get(item.id)?.flag
    if (flag === undefined) continue
    flagged.status = 'complete_with_untestable'
    flagged[flag] = [...((flagged[flag] as string[] | undefined) ?? []), item.id]
  }
  return flagged
}
