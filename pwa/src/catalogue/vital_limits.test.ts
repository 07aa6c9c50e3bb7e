import { describe, expect, it } from 'vitest'
import vectors from '../../../tests/vectors/vital_limits/limits.json'
import { completedYears } from '../encounters/age'
import { vitalFields } from './store'
import { alarmOf, alarms, checkValue, pairProblem } from './vital_limits'

function fieldOf(id: string) {
  const field = vitalFields[id]
  if (!field) throw new Error(`no field ${id}`)
  return field
}

describe('a value', () => {
  it.each(vectors.checks.map((one) => [one.name, one] as const))('%s', (_, { field, value, expected }) => {
    expect(checkValue(fieldOf(field), value)).toStrictEqual(expected)
  })
})

describe('an alarm', () => {
  it.each(vectors.alarms.map((one) => [one.name, one] as const))('%s', (_, { field, value, age_years, expected }) => {
    expect(alarmOf(fieldOf(field), value, age_years)).toBe(expected)
  })

  it('is listed by field, for fields that are known', () => {
    expect(alarms(vitalFields, { sbp: 84, hr: 128, spo2: 96, mood: 3 }, 40)).toEqual({ sbp: 'low', hr: 'high' })
    expect(alarms(vitalFields, { sbp: 84, hr: 128 }, null)).toEqual({})
  })
})

describe('a pair', () => {
  it.each(vectors.pairs.map((one) => [one.name, one] as const))('%s', (_, { values, expected }) => {
    expect(pairProblem(vitalFields, values)).toStrictEqual(expected)
  })
})

describe('an age', () => {
  it.each(vectors.ages.map((one) => [one.name, one] as const))('%s', (_, { birth_date, today, expected }) => {
    expect(completedYears(birth_date, today)).toBe(expected)
  })
})
