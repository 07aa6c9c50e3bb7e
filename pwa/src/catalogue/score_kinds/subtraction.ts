// Scores that start high and lose a point for every finding (ASPECTS).
// Twin: server/catalogue/score_kinds/subtraction.py.
import type { Inputs, ScoreDefinition, ScoreResult } from '../types'
import { readAnswers } from './answers'
import { bandOf, refusal } from './results'

// Subtract for each affected region. A region that nobody looked at leaves the score incomplete.
export function evaluateSubtraction(definition: ScoreDefinition, inputs: Inputs): ScoreResult {
  const rules = definition.evaluation as { start: number; per_affected_region: number }
  const answers = readAnswers(definition.items, inputs)
  const refused = refusal(answers)
  if (refused) return refused
  const affected = [...answers.values.values()].filter((value) => value === true).length
  const total = rules.start - rules.per_affected_region * affected
  return { status: 'complete', total, band: bandOf(definition.bands, total) }
}
