// Decision tables in three-valued logic (START, JumpSTART, SALT): a category, never a number.
// Twin: server/catalogue/score_kinds/decision_table.py.
import type { Condition, Inputs, ScoreDefinition, ScoreResult } from '../types'
import { readAnswers } from './answers'
import { holds, type Known, type Truth } from './conditions'
import { withoutTotal } from './results'

interface DerivedRule {
  value: boolean
  if_any: Condition[]
  else_needs: 'all_known' | 'any_known'
}

// The first row that holds decides. A row that might hold stops with incomplete: guessing could skip it wrongly.
export function evaluateDecisionTable(definition: ScoreDefinition, inputs: Inputs): ScoreResult {
  const rules = definition.evaluation as { derived: Record<string, DerivedRule> }
  const answers = readAnswers(definition.items, inputs)
  if (answers.invalid.length > 0) return withoutTotal('invalid', { category: null })
  const known = new Map(answers.values)
  for (const [name, rule] of Object.entries(rules.derived)) known.set(name, derivedValue(rule, answers.values))
  for (const row of definition.decision_table?.rows ?? []) {
    const truth = holds(row.when, known)
    if (truth === null) return withoutTotal('incomplete', { category: null })
    if (truth) return withoutTotal('complete', { category: row.then })
  }
  return withoutTotal('incomplete', { category: null })
}

// `value` if any condition holds; its opposite once enough is known; otherwise unknown.
function derivedValue(rule: DerivedRule, known: Known): Truth {
  const truths = rule.if_any.map((condition) => holds(condition, known))
  if (truths.includes(true)) return rule.value
  const isKnown = (truth: Truth) => truth !== null
  const isEnough = rule.else_needs === 'all_known' ? truths.every(isKnown) : truths.some(isKnown)
  return isEnough ? !rule.value : null
}
