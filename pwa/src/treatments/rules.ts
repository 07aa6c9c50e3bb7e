// What a drug's rule says for one patient: the amount and every step of the working. It computes; it never orders.
// Exact decimals; the cap comes before the split into bolus and infusion; every figure shown is rounded half up to 0.01 mg.
// Twin: server/treatments/rules.py; both run tests/vectors/doses.
import { compareFractions, exact, multiply, roundHalfUp, toNumber, type Fraction } from '../catalogue/score_kinds/decimals'

export interface Stage {
  mg?: number
  mg_per_kg?: number
  max_mg?: number
  minutes?: number
  after_minutes?: number
  route?: string
}
interface Tier {
  min_kg?: number
  max_kg_exclusive?: number
  mg: number
}
/** The machine-readable part of a drug's `dose_rule`; texts beside it are for people. */
export interface DoseRule {
  route?: string
  mg_per_kg?: number
  max_mg?: number
  bolus_fraction?: number
  bolus_minutes?: number
  infusion_minutes?: number
  weight_tiers_mg?: Tier[]
  age_factor?: { from_years: number; factor: number }
  stages?: Stage[]
  stages_by_age?: { min_years?: number; max_years_exclusive?: number; stages: Stage[] }[]
  fixed_if_kg_over?: number
  fixed_mg?: number | [number, number]
  options_mg?: number[]
  first_mg?: number
  second_mg?: number
  load_g?: number
  load_minutes?: number
  repeat_min?: [number, number]
}
export interface DoseFacts {
  weight_kg?: number | null
  age_years?: number | null
}
export type Step =
  | { kind: 'per_kg'; mg_per_kg: number; weight_kg: number; mg: number }
  | { kind: 'cap'; max_mg: number; mg_before: number; is_capped: boolean }
  | { kind: 'tier'; min_kg: number | null; max_kg_exclusive: number | null; weight_kg: number; mg: number }
  | { kind: 'age_factor'; from_years: number; factor: number; mg_before: number; mg: number }
  | { kind: 'above_kg'; kg: number; weight_kg: number }
  | { kind: 'bolus'; fraction: number; total_mg: number; mg: number; minutes: number | null }
  | { kind: 'infusion'; total_mg: number; bolus_mg: number; mg: number; minutes: number | null }
  | { kind: 'part'; part: number; mg: number; minutes: number | null; after_minutes: number | null; route: string | null }
export type Dose =
  | { status: 'computed'; total_mg: number; bolus_mg?: number; infusion_mg?: number; parts_mg?: number[]; steps: Step[] }
  | { status: 'fixed'; choices_mg: number[]; is_range: boolean; minutes: number | null }
  | { status: 'incomplete'; missing: ('weight_kg' | 'age_years')[] }
  | { status: 'invalid'; reason: 'weight_kg' | 'age_years' }
  | { status: 'not_for_age' }
  | { status: 'no_rule' }

export const DOSE_ADULTS_FROM_YEARS = 18
const shown = (mg: Fraction): number => toNumber(roundHalfUp(mg, 2))
const lesser = (a: Fraction, b: Fraction): Fraction => (compareFractions(a, b) < 0 ? a : b)
const subtract = (a: Fraction, b: Fraction): Fraction => ({ top: a.top * b.bottom - b.top * a.bottom, bottom: a.bottom * b.bottom })
const sum = (all: Fraction[]): Fraction =>
  all.reduce((a, b) => ({ top: a.top * b.bottom + b.top * a.bottom, bottom: a.bottom * b.bottom }), { top: 0n, bottom: 1n })
const isPositive = (value: number): boolean => Number.isFinite(value) && value > 0

const needsWeight = (rule: DoseRule): boolean =>
  Boolean(rule.mg_per_kg !== undefined || rule.weight_tiers_mg || rule.stages || rule.stages_by_age)
const needsAge = (rule: DoseRule): boolean => Boolean(rule.age_factor || rule.stages_by_age)

/** What the rule says; missing is never normal: without the weight (or an age that the rule asks for) there is no figure. */
export function doseOf(rule: DoseRule | null | undefined, facts: DoseFacts): Dose {
  if (!rule) return { status: 'no_rule' }
  const age = facts.age_years ?? null
  if (age !== null && !(Number.isFinite(age) && age >= 0)) return { status: 'invalid', reason: 'age_years' }
  if (age !== null && age < DOSE_ADULTS_FROM_YEARS) return { status: 'not_for_age' }
  if (!needsWeight(rule)) return fixedOf(rule)
  const weight = facts.weight_kg ?? null
  const missing: ('weight_kg' | 'age_years')[] = []
  if (weight === null) missing.push('weight_kg')
  if (age === null && needsAge(rule)) missing.push('age_years')
  if (weight !== null && !isPositive(weight)) return { status: 'invalid', reason: 'weight_kg' }
  if (weight === null || missing.length > 0) return { status: 'incomplete', missing }
  if (rule.weight_tiers_mg) return tierDose(rule, rule.weight_tiers_mg, weight, age)
  if (rule.stages || rule.stages_by_age) return stagedDose(rule, weight, age)
  return perKiloDose(rule, weight)
}

function fixedOf(rule: DoseRule): Dose {
  const none = { is_range: false, minutes: rule.load_minutes ?? null }
  if (Array.isArray(rule.fixed_mg)) return { status: 'fixed', choices_mg: rule.fixed_mg, ...none, is_range: true }
  if (rule.fixed_mg !== undefined) return { status: 'fixed', choices_mg: [rule.fixed_mg], ...none }
  if (rule.options_mg) return { status: 'fixed', choices_mg: rule.options_mg, ...none }
  if (rule.first_mg !== undefined) {
    const both = rule.second_mg === undefined ? [rule.first_mg] : [rule.first_mg, rule.second_mg]
    return { status: 'fixed', choices_mg: both, ...none }
  }
  if (rule.load_g !== undefined) return { status: 'fixed', choices_mg: [shown(multiply(exact(rule.load_g), exact(1000)))], ...none }
  return { status: 'no_rule' }
}

/** Amount per kilogram, then the cap; only what the cap leaves is split. */
function perKiloDose(rule: DoseRule, weight: number): Dose {
  const steps: Step[] = []
  const total = capped(exact(weight), weight, rule.mg_per_kg ?? 0, rule.max_mg, steps)
  if (rule.bolus_fraction === undefined) return { status: 'computed', total_mg: shown(total), steps }
  const bolus = multiply(total, exact(rule.bolus_fraction))
  const rest = subtract(total, bolus)
  const [totalMg, bolusMg, restMg] = [shown(total), shown(bolus), shown(rest)]
  steps.push({ kind: 'bolus', fraction: rule.bolus_fraction, total_mg: totalMg, mg: bolusMg, minutes: rule.bolus_minutes ?? null })
  steps.push({ kind: 'infusion', total_mg: totalMg, bolus_mg: bolusMg, mg: restMg, minutes: rule.infusion_minutes ?? null })
  return { status: 'computed', total_mg: totalMg, bolus_mg: bolusMg, infusion_mg: restMg, steps }
}

function capped(kilos: Fraction, weight: number, perKilo: number, max: number | undefined, steps: Step[]): Fraction {
  const raw = multiply(kilos, exact(perKilo))
  steps.push({ kind: 'per_kg', mg_per_kg: perKilo, weight_kg: weight, mg: shown(raw) })
  if (max === undefined) return raw
  const isCapped = compareFractions(raw, exact(max)) > 0
  steps.push({ kind: 'cap', max_mg: max, mg_before: shown(raw), is_capped: isCapped })
  return lesser(raw, exact(max))
}

function tierDose(rule: DoseRule, tiers: Tier[], weight: number, age: number | null): Dose {
  const kilos = exact(weight)
  const tier = tiers.find(
    (one) =>
      (one.min_kg === undefined || compareFractions(kilos, exact(one.min_kg)) >= 0) &&
      (one.max_kg_exclusive === undefined || compareFractions(kilos, exact(one.max_kg_exclusive)) < 0),
  )
  if (!tier) return { status: 'no_rule' }
  const steps: Step[] = [
    { kind: 'tier', min_kg: tier.min_kg ?? null, max_kg_exclusive: tier.max_kg_exclusive ?? null, weight_kg: weight, mg: tier.mg },
  ]
  const factor = rule.age_factor
  if (!factor || age === null || age < factor.from_years) return { status: 'computed', total_mg: tier.mg, steps }
  const mg = shown(multiply(exact(tier.mg), exact(factor.factor)))
  steps.push({ kind: 'age_factor', from_years: factor.from_years, factor: factor.factor, mg_before: tier.mg, mg })
  return { status: 'computed', total_mg: mg, steps }
}

function stagedDose(rule: DoseRule, weight: number, age: number | null): Dose {
  const steps: Step[] = []
  const stages = rule.stages ?? rule.stages_by_age?.find((one) => isOfAge(one, age))?.stages
  if (!stages) return { status: 'no_rule' }
  // Above this weight the source gives the highest amount of each stage, not the product.
  const isAbove = rule.fixed_if_kg_over !== undefined && compareFractions(exact(weight), exact(rule.fixed_if_kg_over)) > 0
  if (isAbove) steps.push({ kind: 'above_kg', kg: rule.fixed_if_kg_over!, weight_kg: weight })
  const parts = stages.map((stage, n) => {
    const mg = stageAmount(stage, weight, isAbove, steps)
    steps.push({
      kind: 'part', part: n + 1, mg: shown(mg), minutes: stage.minutes ?? null, after_minutes: stage.after_minutes ?? null, route: stage.route ?? null,
    })
    return mg
  })
  return { status: 'computed', total_mg: shown(sum(parts)), parts_mg: parts.map(shown), steps }
}

function stageAmount(stage: Stage, weight: number, isAbove: boolean, steps: Step[]): Fraction {
  if (stage.mg_per_kg === undefined) return exact(stage.mg ?? 0)
  if (isAbove && stage.max_mg !== undefined) return exact(stage.max_mg)
  return capped(exact(weight), weight, stage.mg_per_kg, stage.max_mg, steps)
}

const isOfAge = (band: { min_years?: number; max_years_exclusive?: number }, age: number | null): boolean =>
  age !== null && age >= (band.min_years ?? 0) && age < (band.max_years_exclusive ?? Infinity)

const MG_PER_UNIT: Record<string, number> = { mg: 1, g: 1000, µg: 0.001 }

/**
 * An amount that was recorded as given and is more than the drug's rule allows for the stated weight and age; null where
 * it is not, or where nothing can be said (no rule, another unit). It is shown beside the entry, never refused.
 */
export function excessOf(rule: DoseRule | null | undefined, given: { dose?: unknown; unit?: unknown }, facts: DoseFacts): { limit_mg: number } | null {
  const perUnit = MG_PER_UNIT[String(given.unit)]
  if (!rule || perUnit === undefined || typeof given.dose !== 'number' || !Number.isFinite(given.dose) || given.dose < 0) return null
  const limit = limitOf(rule, facts)
  if (limit === null) return null
  const mg = multiply(exact(given.dose), exact(perUnit))
  return compareFractions(mg, exact(limit)) > 0 ? { limit_mg: limit } : null
}

function limitOf(rule: DoseRule, facts: DoseFacts): number | null {
  const dose = doseOf(rule, facts)
  if (dose.status === 'computed') return dose.total_mg
  if (dose.status === 'fixed') return Math.max(...dose.choices_mg)
  return rule.max_mg ?? null // without a weight the cap still holds
}
