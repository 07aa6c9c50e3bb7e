// A quotient of two measured values (shock index). Twin: server/catalogue/score_kinds/ratio.py.
import type { Inputs, ScoreDefinition, ScoreResult } from '../types'
import { readAnswers } from './answers'
import { divide, roundHalfUp, toNumber } from './decimals'
import { asFraction, bandOf, refusal, withoutTotal, type Comparable } from './results'

interface RatioRules {
  numerator: string
  denominator: string
  decimals: number
  band_on: 'unrounded' | 'rounded'
}

// Divide; show rounded, but choose the band by the unrounded value. Division by zero is not computable.
export function evaluateRatio(definition: ScoreDefinition, inputs: Inputs): ScoreResult {
  const rules = definition.evaluation as unknown as RatioRules
  const answers = readAnswers(definition.items, inputs)
  const refused = refusal(answers)
  if (refused) return refused
  const divisor = asFraction(answers.values.get(rules.denominator) as Comparable)
  if (divisor.top === 0n) return withoutTotal('not_computable')
  const quotient = divide(asFraction(answers.values.get(rules.numerator) as Comparable), divisor)
  const shown = roundHalfUp(quotient, rules.decimals)
  const band = bandOf(definition.bands, rules.band_on === 'unrounded' ? quotient : shown)
  return { status: 'complete', total: toNumber(shown), band }
}
