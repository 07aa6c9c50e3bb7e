// Evaluate a score from its definition and the answers. Missing is never normal: without all required answers there
// is no total. What each kind does is in score_kinds/; no number of a score is in the code.
// Twin: server/catalogue/evaluate_score.py; both run tests/vectors/scores.
import { evaluateArea } from './score_kinds/area'
import { readAnswers } from './score_kinds/answers'
import { evaluateChecklist, readTicks } from './score_kinds/checklist'
import { evaluateDecisionTable } from './score_kinds/decision_table'
import { evaluateInjuries } from './score_kinds/injuries'
import { evaluateLevels } from './score_kinds/levels'
import { evaluateRatio } from './score_kinds/ratio'
import { evaluateScreen, evaluateThreeWayScreen } from './score_kinds/screens'
import { evaluateSubtraction } from './score_kinds/subtraction'
import { evaluateSum, evaluateVariant, evaluateWeightedSum } from './score_kinds/sums'
import type { Inputs, Item, ScoreDefinition, ScoreResult } from './types'

const kinds: Record<string, (definition: ScoreDefinition, inputs: Inputs) => ScoreResult> = {
  sum: evaluateSum,
  ordinal: evaluateSum,
  reference: evaluateSum,
  weighted_sum: evaluateWeightedSum,
  sum_variant: evaluateVariant,
  subtract: evaluateSubtraction,
  ratio: evaluateRatio,
  screen_any: evaluateScreen,
  screen_any3: evaluateThreeWayScreen,
  decision_table: evaluateDecisionTable,
  checklist: evaluateChecklist,
  area: evaluateArea,
  algorithm: evaluateInjuries,
  max_level: evaluateLevels,
}

// Throws only if the definition itself is broken; every clinical outcome is a value.
export function evaluateScore(definition: ScoreDefinition, inputs: Inputs): ScoreResult {
  const evaluate = kinds[definition.kind]
  if (!evaluate) throw new Error(`score ${definition.id} is of unknown kind ${definition.kind}`)
  return evaluate(definition, inputs)
}

// The items that a form shows: those of the chosen variant where the definition has variants.
export function itemsOf(definition: ScoreDefinition, inputs: Inputs): Item[] {
  if (!definition.variants) return definition.items
  const chosen = inputs[String(definition.evaluation.variant_from)]
  const variant = typeof chosen === 'string' ? definition.variants[chosen] : undefined
  return (variant ?? definition.variants[definition.default_variant ?? ''])?.items ?? []
}

// Ids of unanswered and of unacceptable answers, so that a form can lead to them.
export function faultsOf(definition: ScoreDefinition, inputs: Inputs): { missing: string[]; invalid: string[] } {
  const answers = readAnswers([...itemsOf(definition, inputs), ...(definition.extra_inputs ?? [])], inputs)
  if (definition.absolute) readTicks(definition, inputs.answers, answers)
  return { missing: answers.missing, invalid: answers.invalid }
}
