// Read answers strictly: what is not exactly an allowed value is invalid, what is null or absent is missing.
// A string "4" is not 4 and true is not 1: a form that sends such things is broken, and must never score a patient.
// (6.0 and 6 are one number in JavaScript; the hub, which sees the difference, calls 6.0 invalid.)
// Twin: server/catalogue/score_kinds/answers.py.
import type { Inputs, Item, SpecialValue } from '../types'
import { compareFractions, decimalsOf, divide, exact, isFraction, roundHalfUp, type Fraction } from './decimals'

export interface Answers {
  values: Map<string, unknown>
  special: Map<string, SpecialValue>
  invalid: string[]
  missing: string[]
}

export const isNumber = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value)

export const isMap = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

// Own properties only: an answer named "constructor" is not an answer.
export const read = (inputs: Inputs, name: string): unknown => (Object.hasOwn(inputs, name) ? inputs[name] : undefined)

const isMissing = (value: unknown): boolean => value === null || value === undefined

export function isAllowed(item: Item, value: unknown): boolean {
  switch (item.type) {
    case 'boolean':
      return typeof value === 'boolean'
    case 'choice':
      return (item.options ?? []).some((option) => option.value === value)
    case 'integer':
      return Number.isInteger(value) && isInHardRange(item, exact(value as number))
    case 'decimal':
      if (isFraction(value)) return isInHardRange(item, value)
      return isNumber(value) && isInHardRange(item, exact(value))
    case 'map':
      return isMap(value)
    case 'list':
      return Array.isArray(value)
  }
}

function isInHardRange(item: Item, value: Fraction): boolean {
  const { min = null, max = null } = item.hard_range ?? {}
  if (min !== null && compareFractions(value, exact(min)) < 0) return false
  return max === null || compareFractions(value, exact(max)) <= 0
}

// The entry of special_values (UN, NT, AIS 9) that the answer names, if any.
function specialValue(item: Item, value: unknown): SpecialValue | undefined {
  return item.special_values?.find((special) => special.value === value)
}

// The answer to an item, taken from its other unit where only that was given.
function given(inputs: Inputs, item: Item): unknown {
  const value = read(inputs, item.id)
  const other = item.alternative_unit
  if (!isMissing(value) || other === undefined) return value
  const inOtherUnit = read(inputs, other.field)
  return isNumber(inOtherUnit) ? divide(exact(inOtherUnit), exact(other.divide_by)) : inOtherUnit
}

// The value as bands compare it: rounded to the item's precision where it states one.
function comparable(item: Item, value: unknown): unknown {
  return item.precision === undefined || !isNumber(value) ? value : roundHalfUp(exact(value), decimalsOf(item.precision))
}

// Required always, or only while another answer is true (INR with an anticoagulant).
export function isRequired(item: Item, inputs: Inputs): boolean {
  return item.required === true || (item.required_if !== undefined && read(inputs, item.required_if) === true)
}

// Check every item's answer. Fields that no item names are ignored.
export function readAnswers(items: readonly Item[], inputs: Inputs): Answers {
  const answers: Answers = { values: new Map(), special: new Map(), invalid: [], missing: [] }
  for (const item of items) {
    const value = given(inputs, item)
    const special = specialValue(item, value)
    if (isMissing(value)) {
      if (isRequired(item, inputs)) answers.missing.push(item.id)
    } else if (special) answers.special.set(item.id, special)
    else if (isAllowed(item, value)) answers.values.set(item.id, comparable(item, value))
    else answers.invalid.push(item.id)
  }
  return answers
}
