import { describe, expect, it } from 'vitest'
import type { VitalSet } from '../encounters/types'
import { letterAt, signsWithData, trendOf } from './trend_signs'

const set = (minute: number, values: Record<string, unknown>): VitalSet =>
  ({ entry: { id: `v${minute}`, at: `2026-11-21T10:${String(minute).padStart(2, '0')}:00Z` }, values, implausible: {}, not_measurable: {} }) as unknown as VitalSet
const sets = [set(1, { etco2: 38, avpu: 'A', pain: 7 }), set(6, { etco2: 30, avpu: 'A', new_confusion: true, pupil_size_left: 5 }), set(9, { avpu: 'U', sbp: 88 })]

describe('trends', () => {
  it('offer exactly the signs that were measured', () => {
    expect(signsWithData(sets)).toEqual(['etco2', 'pain', 'avpu', 'pupil_size_left'])
  })
  it('draw any number over time', () => {
    expect(trendOf(sets, 'etco2', 60).map((point) => point.value)).toEqual([38, 30])
    expect(trendOf(sets, 'pupil_size_left', 60)).toHaveLength(1)
  })
  it('draw consciousness as steps that fall as the patient does, confusion between alert and voice', () => {
    const levels = trendOf(sets, 'avpu', 60).map((point) => point.value)
    expect(levels.map(letterAt)).toEqual(['A', 'C', 'U'])
    expect(levels[0]! > levels[1]! && levels[1]! > levels[2]!).toBe(true)
  })
  it('colour limits of adults only', () => {
    expect(trendOf(sets, 'etco2', null).every((point) => point.out === null)).toBe(true)
  })
})
