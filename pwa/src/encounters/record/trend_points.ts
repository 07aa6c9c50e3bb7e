// From sets of vital signs to the points of the chart. Alarms are the catalogue's, for adults only. Pure.
import { vitalFields } from '../../catalogue/store'
import { alarmOf, hasAdultLimits } from '../../catalogue/vital_limits'
import type { Limits, PressurePoint, TrendPoint } from '../../vitals/trend'
import type { VitalSet } from '../types'

function numberIn(set: VitalSet, field: string): number | null {
  const value = set.values[field]
  return typeof value === 'number' ? value : null
}

function alarmFor(field: string, value: number | null, ageYears: number | null): 'low' | 'high' | null {
  const definition = vitalFields[field]
  return definition ? alarmOf(definition, value, ageYears) : null
}

/** The limits that apply; null for a child, an unknown age, or a field without limits. */
export function limitsFor(field: string, ageYears: number | null): Limits | null {
  return hasAdultLimits(ageYears) ? (vitalFields[field]?.adult_alarm ?? null) : null
}

/** One point per set that has a blood pressure and a known time, oldest first. */
export function pressureOf(sets: readonly VitalSet[], ageYears: number | null): PressurePoint[] {
  return sets.flatMap((set) => {
    const [systolic, diastolic] = [numberIn(set, 'sbp'), numberIn(set, 'dbp')]
    if (set.entry.at === null || (systolic === null && diastolic === null)) return []
    const out = alarmFor('sbp', systolic, ageYears) ?? alarmFor('dbp', diastolic, ageYears)
    return [{ at: Date.parse(set.entry.at), systolic, diastolic, out }]
  })
}

/** One point per set that has this field as a number and a known time. */
export function lineOf(sets: readonly VitalSet[], field: string, ageYears: number | null): TrendPoint[] {
  return sets.flatMap((set) => {
    const value = numberIn(set, field)
    return set.entry.at === null || value === null ? [] : [{ at: Date.parse(set.entry.at), value, out: alarmFor(field, value, ageYears) }]
  })
}
