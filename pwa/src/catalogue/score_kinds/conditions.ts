// Conditions in three-valued logic: true, false, or unknown (null) because an answer is missing.
// A condition is {"rr": {"gt": 30}, "can_walk": false}: all its parts must hold. Operators: gt gte lt lte in.
// Twin: server/catalogue/score_kinds/conditions.py.
import type { Condition } from '../types'
import { isMap } from './answers'
import { compareFractions, exact, isFraction } from './decimals'
import { asFraction } from './results'

export type Truth = boolean | null
export type Known = ReadonlyMap<string, unknown>

// False if any part is false, else null if any part is unknown, else true.
export function holds(condition: Condition, known: Known): Truth {
  const truths = Object.entries(condition).map(([name, expected]) => partHolds(expected, known.get(name)))
  if (truths.includes(false)) return false
  return truths.includes(null) ? null : true
}

export function partHolds(expected: unknown, value: unknown): Truth {
  if (value === undefined || value === null) return null
  if (!isMap(expected)) return expected === value
  return Object.entries(expected).every(([operator, limit]) => compare(operator, value, limit))
}

function compare(operator: string, value: unknown, limit: unknown): boolean {
  if (operator === 'in') return Array.isArray(limit) && limit.includes(value)
  if (typeof limit !== 'number' || !(typeof value === 'number' || isFraction(value))) return false
  const order = compareFractions(asFraction(value), exact(limit))
  switch (operator) {
    case 'gt':
      return order > 0
    case 'gte':
      return order >= 0
    case 'lt':
      return order < 0
    case 'lte':
      return order <= 0
  }
  throw new Error(`unknown operator ${operator} in a condition`)
}

export const anyHolds = (conditions: readonly Condition[], known: Known): boolean =>
  conditions.some((condition) => holds(condition, known) === true)
