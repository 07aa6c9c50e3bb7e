// Burned area: the percentage of each region times the fraction of it that is burned.
// Twin: server/catalogue/score_kinds/area.py.
import type { Inputs, ScoreDefinition, ScoreResult } from '../types'
import { isMap, isNumber, read, readAnswers, type Answers } from './answers'
import { add, exact, multiply, roundHalfUp, toNumber, zero, type Fraction } from './decimals'
import { bandOf, refusal, withoutTotal } from './results'

interface AreaRules {
  decimals: number
  region_set_from: string
  age_from: string
  assessed_from: string
  child_adjust: { applies_to: string[]; below_years: number; percent_per_missing_year: Record<string, number> }
  not_for: { method: string; below_years: number }[]
}

type Regions = Record<string, number>

// Add region by region. A region left out is 0 only where somebody says that all were assessed.
export function evaluateArea(definition: ScoreDefinition, inputs: Inputs): ScoreResult {
  const rules = definition.evaluation as unknown as AreaRules
  const answers = readAnswers([...definition.items, ...(definition.extra_inputs ?? [])], inputs)
  const method = answers.values.get(rules.region_set_from) as string | undefined
  const regions = method === undefined ? {} : ((definition.regions as Record<string, Regions>)[method] ?? {})
  const fractions = readFractions(regions, answers, answers.values.get(rules.assessed_from) === true)
  const refused = refusal(answers)
  if (refused || method === undefined) return refused ?? withoutTotal('incomplete')
  const ageYears = Math.floor(answers.values.get(rules.age_from) as number)
  const isRefused = rules.not_for.some((rule) => rule.method === method && ageYears < rule.below_years)
  if (isRefused) return withoutTotal('not_computable')
  const percents = regionPercents(regions, rules, method, ageYears)
  let area = zero
  for (const [region, fraction] of fractions) area = add(area, multiply(percents.get(region) ?? zero, fraction))
  const total = roundHalfUp(area, rules.decimals)
  return { status: 'complete', total: toNumber(total), band: bandOf(definition.bands, total) }
}

// Burned fraction by region of the chosen method; faults go to `answers`.
function readFractions(regions: Regions, answers: Answers, isAllAssessed: boolean): Map<string, Fraction> {
  const fractions = new Map<string, Fraction>()
  const given = answers.values.get('fractions')
  const names = Object.keys(regions)
  if (!isMap(given) || names.length === 0) return fractions
  answers.invalid.push(...Object.keys(given).filter((name) => !names.includes(name)))
  for (const name of names) {
    const value = read(given, name)
    if (value === null || value === undefined) {
      if (!isAllAssessed) answers.missing.push(name)
    } else if (isNumber(value) && value >= 0 && value <= 1) fractions.set(name, exact(value))
    else answers.invalid.push(name)
  }
  return fractions
}

// Percent of the body by region; in young children the head is larger and the legs smaller.
function regionPercents(regions: Regions, rules: AreaRules, method: string, ageYears: number): Map<string, Fraction> {
  const rule = rules.child_adjust
  const isChild = rule.applies_to.includes(method) && ageYears < rule.below_years
  const percents = new Map<string, Fraction>()
  for (const [name, percent] of Object.entries(regions)) {
    const perYear = isChild ? (rule.percent_per_missing_year[name] ?? 0) : 0
    percents.set(name, add(exact(percent), multiply(exact(perYear), exact(rule.below_years - ageYears))))
  }
  return percents
}
