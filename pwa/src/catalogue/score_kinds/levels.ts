// Triage by the most severe of several indicators. Missing data never produce the mildest level.
// Twin: server/catalogue/score_kinds/levels.py.
import type { Inputs, ScoreDefinition, ScoreResult } from '../types'
import { readAnswers } from './answers'
import { partHolds } from './conditions'
import { withoutTotal } from './results'

interface LevelRules {
  default_level: number
  levels: Record<string, Record<string, Record<string, number>[]>>
}

// The lowest level number of all indicators. While one is missing, only a provisional level is shown.
export function evaluateLevels(definition: ScoreDefinition, inputs: Inputs): ScoreResult {
  const rules = definition.evaluation as unknown as LevelRules
  const answers = readAnswers(definition.items, inputs)
  if (answers.invalid.length > 0) return withoutTotal('invalid', { level: null })
  const levels = [...answers.values].map(([name, value]) => levelOf(rules, name, value))
  const mostSevere = levels.length > 0 ? Math.min(...levels) : null
  if (answers.missing.length > 0) return withoutTotal('incomplete', { level: null, provisional_level: mostSevere })
  return withoutTotal('complete', { level: mostSevere })
}

// The most severe level whose range holds the value; ranges that share an end point belong to the more severe.
function levelOf(rules: LevelRules, name: string, value: unknown): number {
  const matching = Object.entries(rules.levels[name] ?? {})
    .filter(([, ranges]) => ranges.some((limits) => partHolds(limits, value) === true))
    .map(([level]) => Number(level))
  return Math.min(rules.default_level, ...matching)
}
