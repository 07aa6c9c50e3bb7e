/** Every vital sign that can stand in a trend: a number over time, the level of consciousness as steps. Pure. */
import { lineOf } from '../encounters/record/trend_points'
import type { VitalSet } from '../encounters/types'
import type { TrendPoint } from './trend'

export const TREND_SIGNS = ['hr', 'pulse', 'spo2', 'rr', 'temp', 'glucose', 'etco2', 'pain', 'avpu', 'pupil_size_right', 'pupil_size_left'] as const
export type TrendSign = (typeof TREND_SIGNS)[number]

/** The span that an axis shows at least, so that a steady value looks steady. */
export const SPANS: Readonly<Partial<Record<TrendSign, { min: number; max: number }>>> = {
  hr: { min: 60, max: 120 }, pulse: { min: 60, max: 120 }, spo2: { min: 85, max: 100 }, rr: { min: 10, max: 30 }, temp: { min: 35, max: 40 },
  glucose: { min: 4, max: 12 }, etco2: { min: 20, max: 50 }, pain: { min: 0, max: 10 }, avpu: { min: 0, max: 4 },
  pupil_size_left: { min: 1, max: 8 }, pupil_size_right: { min: 1, max: 8 },
}

/** Best above worst, so that a falling line is a falling patient. */
const LEVELS = ['U', 'P', 'V', 'C', 'A']

/** The letter at a level of the axis; "" between levels. */
export const letterAt = (level: number): string => LEVELS[level] ?? ''

export function lettersOf(set: VitalSet): string | null {
  const { avpu, new_confusion: isConfused } = set.values
  if (typeof avpu !== 'string') return null
  return avpu === 'A' && isConfused === true ? 'C' : avpu
}

export function trendOf(sets: readonly VitalSet[], sign: TrendSign, ageYears: number | null): TrendPoint[] {
  if (sign !== 'avpu') return lineOf(sets, sign, ageYears)
  return sets.flatMap((set) => {
    const value = LEVELS.indexOf(lettersOf(set) ?? '')
    return set.entry.at === null || value === -1 ? [] : [{ at: Date.parse(set.entry.at), value, out: null }]
  })
}

/** The signs that somebody measured, in the order of the row of choices. */
export const signsWithData = (sets: readonly VitalSet[]): TrendSign[] => TREND_SIGNS.filter((sign) => sets.some((set) => set.values[sign] !== undefined && set.values[sign] !== null))
