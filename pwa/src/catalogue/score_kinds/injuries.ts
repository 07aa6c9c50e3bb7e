// Injury severity from a list of injuries (ISS, NISS): squares of the highest AIS grades.
// Twin: server/catalogue/score_kinds/injuries.py.
import type { Inputs, ScoreDefinition, ScoreResult } from '../types'
import { isMap, read, readAnswers, type Answers } from './answers'
import { bandOf, refusal, withoutTotal } from './results'

interface InjuryRules {
  per_region: boolean
  count: number
  unsurvivable: { ais: number; total: number }
  unknown_ais: number
  unknown_flag: string
}

interface Injury {
  region: string
  ais: number
}

// An unsurvivable grade gives the maximum; an unknown one forbids a total; else add the squares of the highest.
export function evaluateInjuries(definition: ScoreDefinition, inputs: Inputs): ScoreResult {
  const rules = definition.evaluation as unknown as InjuryRules
  const answers = readAnswers(definition.items, inputs)
  const injuries = readInjuries(definition, answers)
  const refused = refusal(answers)
  if (refused) return refused
  const grades = injuries.map((injury) => injury.ais)
  const hasUnknown = grades.includes(rules.unknown_ais)
  if (grades.includes(rules.unsurvivable.ais)) {
    return { ...scored(definition, rules.unsurvivable.total), ...(hasUnknown ? { [rules.unknown_flag]: true } : {}) }
  }
  if (hasUnknown) return withoutTotal('not_computable')
  const counted = rules.per_region ? highestPerRegion(injuries) : grades
  const highest = counted.sort((a, b) => b - a).slice(0, rules.count)
  return scored(
    definition,
    highest.reduce((sum, grade) => sum + grade * grade, 0),
  )
}

const scored = (definition: ScoreDefinition, total: number): ScoreResult => ({
  status: 'complete',
  total,
  band: bandOf(definition.bands, total),
})

// Region and grade of each injury. An empty list is missing, unless somebody confirmed that there is no injury.
function readInjuries(definition: ScoreDefinition, answers: Answers): Injury[] {
  const listed = answers.values.get('injuries')
  if (!Array.isArray(listed)) return []
  if (listed.length === 0 && answers.values.get('no_injury_confirmed') !== true) answers.missing.push('injuries')
  const element = definition.items.find((item) => item.id === 'injuries')?.element ?? { region: [], ais: [] }
  const injuries: Injury[] = []
  for (const injury of listed as unknown[]) {
    if (!isMap(injury)) {
      answers.invalid.push('injuries')
      continue
    }
    const region = read(injury, 'region')
    const ais = read(injury, 'ais')
    const isFit = [fits('region', element.region, region, answers), fits('ais', element.ais, ais, answers)]
    if (isFit.every(Boolean)) injuries.push({ region: region as string, ais: ais as number })
  }
  return injuries
}

function fits(part: string, allowed: readonly unknown[], value: unknown, answers: Answers): boolean {
  if (value === null || value === undefined) answers.missing.push(`injuries.${part}`)
  else if (!allowed.includes(value)) answers.invalid.push(`injuries.${part}`)
  else return true
  return false
}

// Two injuries of one region count once.
function highestPerRegion(injuries: readonly Injury[]): number[] {
  const highest = new Map<string, number>()
  for (const { region, ais } of injuries) highest.set(region, Math.max(ais, highest.get(region) ?? 0))
  return [...highest.values()]
}
