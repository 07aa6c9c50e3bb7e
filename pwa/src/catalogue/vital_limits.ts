// Limits of vital signs: what is refused, what is asked, what alarms. Pure; the age comes in as an argument.
// hard_range: outside it is an input error, not saved. confirm_outside: asked once, then saved with a flag.
// adult_alarm colours adults only; a value on the limit is inside. Under 18, or age unknown: no limits.
// Twin: server/catalogue/vital_limits.py; both run tests/vectors/vital_limits.
import type { Limits, VitalField } from './definitions'
import { isNumber } from './score_kinds/answers'
import { compareFractions, divide, exact } from './score_kinds/decimals'

export type Direction = 'low' | 'high'
export const ADULT_FROM_YEARS = 18

export type RefusalReason =
  | 'empty'
  | 'not_allowed'
  | 'not_whole'
  | 'not_a_number'
  | 'too_precise'
  | 'outside_hard_range'
export type Verdict =
  | { verdict: 'fine'; reason: 'device_text' | null }
  | ({ verdict: 'confirm'; reason: 'implausible' } & Limits)
  | ({ verdict: 'refused'; reason: RefusalReason } & Partial<Limits>)

// Whether alarm limits apply: only to a person who is known to be an adult.
export const hasAdultLimits = (ageYears: number | null | undefined): boolean =>
  typeof ageYears === 'number' && ageYears >= ADULT_FROM_YEARS

// "low" or "high" if an adult's value lies beyond the alarm limit; null otherwise, and without limits.
export function alarmOf(field: VitalField, value: unknown, ageYears: number | null | undefined): Direction | null {
  const limits = field.adult_alarm
  if (!limits || !hasAdultLimits(ageYears) || !isNumber(value)) return null
  if (limits.low !== null && compareFractions(exact(value), exact(limits.low)) < 0) return 'low'
  if (limits.high !== null && compareFractions(exact(value), exact(limits.high)) > 0) return 'high'
  return null
}

// Alarms by field id, for the values that have one.
export function alarms(
  fields: Readonly<Record<string, VitalField>>,
  values: Readonly<Record<string, unknown>>,
  ageYears: number | null | undefined,
): Record<string, Direction> {
  const found: Record<string, Direction> = {}
  for (const [id, value] of Object.entries(values)) {
    const field = fields[id]
    const direction = field ? alarmOf(field, value, ageYears) : null
    if (direction) found[id] = direction
  }
  return found
}

const fine: Verdict = { verdict: 'fine', reason: null }
const refused = (reason: RefusalReason): Verdict => ({ verdict: 'refused', reason })

export function checkValue(field: VitalField, value: unknown): Verdict {
  if (value === null || value === undefined) return refused('empty')
  if (field.type === 'boolean') return typeof value === 'boolean' ? fine : refused('not_allowed')
  if (field.type === 'choice') {
    return (field.options ?? []).some((option) => option.value === value) ? fine : refused('not_allowed')
  }
  if (!isNumber(value)) {
    const isDeviceText = field.type === 'decimal' && (field.device_text_values ?? []).includes(value as string)
    return isDeviceText ? { verdict: 'fine', reason: 'device_text' } : refused('not_a_number')
  }
  if (field.type === 'integer' && !Number.isInteger(value)) return refused('not_whole')
  if (field.hard_range && !liesWithin(field.hard_range, value)) {
    return { verdict: 'refused', reason: 'outside_hard_range', ...field.hard_range }
  }
  if (!fitsPrecision(field, value)) return refused('too_precise')
  const plausible = field.confirm_outside
  if (plausible && !liesWithin(plausible, value)) return { verdict: 'confirm', reason: 'implausible', ...plausible }
  return fine
}

function liesWithin(limits: Limits, value: number): boolean {
  const number = exact(value)
  if (limits.min !== null && compareFractions(number, exact(limits.min)) < 0) return false
  return limits.max === null || compareFractions(number, exact(limits.max)) <= 0
}

function fitsPrecision(field: VitalField, value: number): boolean {
  const steps = divide(exact(value), exact(field.precision ?? 1))
  return steps.top % steps.bottom === 0n
}

// A pair that cannot be: a systolic pressure that is not above the diastolic. Both 0 (no pulse) may stand.
export function pairProblem(
  fields: Readonly<Record<string, VitalField>>,
  values: Readonly<Record<string, unknown>>,
): { field: string; greater_than: string; reason: 'not_above' } | null {
  for (const [id, value] of Object.entries(values)) {
    const other = fields[id]?.greater_than
    const lower = other === undefined ? undefined : values[other]
    if (other === undefined || !isNumber(value) || !isNumber(lower)) continue
    if (compareFractions(exact(value), exact(lower)) <= 0 && !(value === 0 && lower === 0)) {
      return { field: id, greater_than: other, reason: 'not_above' }
    }
  }
  return null
}
