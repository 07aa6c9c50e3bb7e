import { describe, expect, it } from 'vitest'
import { ageMismatch } from './age_fit'

const adult = { applicability: { population: 'adults', age_min_years: 16 } }
const child = { applicability: { population: 'children', age_min_years: 1, age_max_years: 8 } }

describe('a score and the age of the patient', () => {
  it('is found not to fit below its first and above its last year', () => {
    expect(ageMismatch(adult, 15)).toEqual({ years: 15, bound: 'from', limit: 16 })
    expect(ageMismatch(child, 9)).toEqual({ years: 9, bound: 'to', limit: 8 })
  })
  it('fits on its bounds', () => {
    expect([ageMismatch(adult, 16), ageMismatch(child, 1), ageMismatch(child, 8)]).toEqual([null, null, null])
  })
  it('says nothing of an unknown age or a score without bounds', () => {
    expect(ageMismatch(adult, null)).toBeNull()
    expect(ageMismatch({ applicability: { population: 'all ages' } }, 3)).toBeNull()
  })
})
