import { describe, expect, it } from 'vitest'
import { ageOf, type PersonFacts } from './identity'

const person = (birth_date: string | null, age_years: number | null = null): PersonFacts => ({
  name: null,
  temporary_name: null,
  sex: null,
  birth_date,
  age_years,
})

describe('the age of a patient', () => {
  it('goes by the date in China when the encounter was opened, wherever the screen is', () => {
    expect(ageOf(person('2008-11-22'), '2026-11-21T15:59:59.000Z')?.years).toBe(17)
    expect(ageOf(person('2008-11-22'), '2026-11-21T16:00:00.000Z')?.years).toBe(18)
  })

  it('is told in months under two years', () => {
    expect(ageOf(person('2025-01-31'), '2026-02-28T04:00:00.000Z')).toEqual({ years: 1, months: 12, estimated: false })
    expect(ageOf(person('2024-11-21'), '2026-11-21T04:00:00.000Z')).toEqual({ years: 2, months: null, estimated: false })
  })

  it('is the stated one where no birth date of the calendar is known, and never made up', () => {
    const stated = { years: 40, months: null, estimated: true }
    for (const born of [null, '2026-02-30', '2027-01-01']) {
      expect(ageOf(person(born, 40), '2026-11-21T04:00:00.000Z')).toEqual(stated)
      expect(ageOf(person(born), '2026-11-21T04:00:00.000Z')).toBeNull()
    }
    expect(ageOf(person('1990-01-01'), null)).toBeNull()
  })
})
