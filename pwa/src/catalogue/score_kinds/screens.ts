// Screens: one positive sign is enough to alert, but only complete answers give a result.
// Twin: server/catalogue/score_kinds/screens.py.
import type { Inputs, ScoreDefinition, ScoreResult } from '../types'
import { readAnswers } from './answers'
import { bandOf, refusal, withoutTotal } from './results'

// Count positive signs. With signs missing there is no total, yet a positive one already raises the flag.
export function evaluateScreen(definition: ScoreDefinition, inputs: Inputs): ScoreResult {
  const rules = definition.evaluation as { flag: string; positive_from: number }
  const answers = readAnswers(definition.items, inputs)
  const positive = [...answers.values.values()].filter((value) => value === true).length
  const isPositive = positive >= rules.positive_from
  const refused = refusal(answers)
  if (refused) return isPositive && answers.invalid.length === 0 ? { ...refused, [rules.flag]: true } : refused
  return { status: 'complete', total: positive, band: bandOf(definition.bands, positive), [rules.flag]: isPositive }
}

// A decisive view is enough, even with others missing; all clear needs all views.
export function evaluateThreeWayScreen(definition: ScoreDefinition, inputs: Inputs): ScoreResult {
  const rules = definition.evaluation as { decisive: string; clear: string; otherwise: string }
  const answers = readAnswers(definition.items, inputs)
  const views = [...answers.values.values()]
  if (answers.invalid.length > 0) return withoutTotal('invalid')
  if (views.includes(rules.decisive)) return withoutTotal('complete', { result: rules.decisive })
  const refused = refusal(answers)
  if (refused) return refused
  const isClear = views.every((view) => view === rules.clear)
  return withoutTotal('complete', { result: isClear ? rules.clear : rules.otherwise })
}
