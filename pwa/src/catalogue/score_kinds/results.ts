// The wire form of a result, and choosing the band of a total. Twin: server/catalogue/score_kinds/results.py.
import type { Band, PointBand, ScoreResult, ScoreStatus } from '../types'
import type { Answers } from './answers'
import { compareFractions, exact, isFraction, type Fraction } from './decimals'

export type Comparable = number | Fraction

export const asFraction = (value: Comparable): Fraction => (isFraction(value) ? value : exact(value))

// A result that has no number and no band, and says why by its status.
export function withoutTotal(status: ScoreStatus, more: Partial<ScoreResult> = {}): ScoreResult {
  return { status, total: null, band: null, ...more }
}

// The result that forbids a total, by precedence: invalid, incomplete, not computable. Undefined if nothing does.
export function refusal(answers: Answers): ScoreResult | undefined {
  if (answers.invalid.length > 0) return withoutTotal('invalid')
  if (answers.missing.length > 0) return withoutTotal('incomplete')
  const isBlocked = [...answers.special.values()].some((special) => special.points === null)
  return isBlocked ? withoutTotal('not_computable') : undefined
}

// Ends are part of the band unless it says otherwise; null is open.
export function liesIn(band: Band | PointBand, value: Comparable): boolean {
  const number = asFraction(value)
  if (band.min !== null) {
    const order = compareFractions(number, exact(band.min))
    if (order < 0 || (order === 0 && band.min_inclusive === false)) return false
  }
  if (band.max === null) return true
  const order = compareFractions(number, exact(band.max))
  return order < 0 || (order === 0 && band.max_inclusive !== false)
}

export function pointsIn(bands: readonly PointBand[], value: Comparable): number | undefined {
  return bands.find((band) => liesIn(band, value))?.points
}

// The id of the band of a total; a band with a condition that holds goes before the plain one.
export function bandOf(bands: readonly Band[], value: Comparable, flags: Record<string, boolean> = {}): string | null {
  const fitting = bands.filter((band) => liesIn(band, value))
  const special = fitting.find((band) => band.condition !== undefined && flags[band.condition] === true)
  const plain = fitting.find((band) => band.condition === undefined)
  return (special ?? plain)?.id ?? null
}
