import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { completedYears, realDate, shanghaiDate } from './age'
import { checkIdentityNumber } from './identity_number'

interface Vectors {
  today: string
  numbers: { input: string; note: string; expected: Record<string, unknown> }[]
}

const vectors = JSON.parse(
  readFileSync(`${process.cwd()}/../tests/vectors/identity/numbers.json`, 'utf-8'),
) as Vectors

describe('the identity number', () => {
  it.each(vectors.numbers)('is judged as agreed: $note', ({ input, expected }) => {
    expect(checkIdentityNumber(input, vectors.today)).toMatchObject(expected)
  })
})

describe('age', () => {
  it('counts completed years, and a birthday on the day itself', () => {
    expect(completedYears('2008-11-21', '2026-11-21')).toBe(18)
    expect(completedYears('2008-11-22', '2026-11-21')).toBe(17)
    expect(completedYears('2027-01-01', '2026-11-21')).toBeNull()
  })
  it('knows no 30 February', () => expect(realDate('2026-02-30')).toBeNull())
  it('takes the date as it is in China', () => expect(shanghaiDate('2026-11-20T17:00:00Z')).toBe('2026-11-21'))
})
