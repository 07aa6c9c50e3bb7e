// NEWS2 and MEWS of one set of vital signs. Only values of this set count: a missing one is named and there is no total.
// Adults only; an unknown age is said. Pure.
import { evaluateScore } from '../catalogue/evaluate_score'
import type { ScoreDefinition, ScoreResult } from '../catalogue/types'
import { hasAdultLimits } from '../catalogue/vital_limits'

export const EARLY_WARNINGS = ['news2', 'mews'] as const
export type EarlyWarning = (typeof EARLY_WARNINGS)[number]

export type Warning =
  | { state: 'complete'; inputs: Record<string, unknown>; result: ScoreResult }
  | { state: 'missing'; missing: string[] }
  | { state: 'age_unknown' | 'not_for_age' }

/** Vital sign behind each answer; a palpated pulse stands in for a heart rate that nobody has. */
const FROM: Record<string, string> = { consciousness: 'avpu' }
/** NEWS2 asks for a scale, and its definition names scale 1 as the default; the other needs a physician. */
const GIVEN: Record<EarlyWarning, Record<string, unknown>> = { news2: { spo2_scale: 1 }, mews: {} }

export function inputsOf(id: EarlyWarning, definition: ScoreDefinition, values: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const inputs: Record<string, unknown> = { ...GIVEN[id] }
  for (const item of definition.items) {
    if (item.id in inputs) continue
    const value = (item.id === 'consciousness' && values.new_confusion === true ? 'C' : undefined) ?? values[FROM[item.id] ?? item.id] ?? (item.id === 'hr' ? values.pulse : undefined)
    if (value !== undefined && value !== null && value !== '') inputs[item.id] = value
  }
  return inputs
}

export function earlyWarning(
  id: EarlyWarning,
  definition: ScoreDefinition,
  values: Readonly<Record<string, unknown>>,
  ageYears: number | null,
): Warning {
  if (ageYears === null) return { state: 'age_unknown' }
  if (!hasAdultLimits(ageYears)) return { state: 'not_for_age' }
  const inputs = inputsOf(id, definition, values)
  const result = evaluateScore(definition, inputs)
  if (result.status === 'complete') return { state: 'complete', inputs, result }
  const missing = definition.items.filter((item) => inputs[item.id] === undefined).map((item) => FROM[item.id] ?? item.id)
  return { state: 'missing', missing }
}
