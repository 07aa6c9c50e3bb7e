import { describe, expect, it } from 'vitest'
import burnsTbsa from '@catalogue/scores/burns_tbsa.json'
import { burnPartsOf, fractionsOf, partsAt, thirdDegreeOnly, type Burn, type SexTable } from './burn_parts'
import { evaluateScore } from './evaluate_score'
import { BODY_PARTS } from './injuries'
import type { ScoreDefinition } from './types'

const definition = burnsTbsa as unknown as ScoreDefinition
const burn = (second: number, third = 0, first = 0): Burn => ({ first, second, third })
function total(method: string, ageYears: number, burns: Record<string, Burn>, sex: SexTable = 'male', isAllAssessed = true) {
  const fractions = fractionsOf(burnPartsOf(definition, method, sex), burns)
  const result = evaluateScore(definition, { method, age_years: ageYears, fractions, all_regions_assessed: isAllAssessed })
  return result.total ?? result.status
}
const allBurned = (method: string, sex: SexTable) => Object.fromEntries(burnPartsOf(definition, method, sex).map((part) => [part.id, burn(1)]))

describe('burned area', () => {
  it('of the whole body is 100 % by every method, sex and age', () => {
    expect(total('wallace_adult', 40, allBurned('wallace_adult', null))).toBe(100)
    for (const sex of ['male', 'female'] as const) {
      for (const age of [1, 6, 40]) expect(total('chinese_nine', age, allBurned('chinese_nine', sex), sex)).toBe(100)
    }
  })
  it('adds halves and quarters of parts', () => {
    expect(total('chinese_nine', 40, { hand_left: burn(1), trunk_front: burn(0.5) })).toBe(9)
    expect(total('wallace_adult', 40, { arm_left: burn(0.25), leg_right: burn(0.5) })).toBe(11.3)
  })
  it('counts a child by age: the head of a two-year-old is 19 %', () => {
    expect(total('chinese_nine', 2, { scalp: burn(1), face: burn(1), neck: burn(1) })).toBe(19)
    expect(total('wallace_adult', 2, { head_neck: burn(1) })).toBe('not_computable')
  })
  it('does not count first degree, and tells third degree apart', () => {
    const burns = { face: burn(0.5, 0.5, 0), neck: burn(0, 0, 1) }
    expect(total('chinese_nine', 40, burns)).toBe(3)
    expect(total('chinese_nine', 40, thirdDegreeOnly(burns))).toBe(1.5)
  })
  it('is incomplete until somebody says that all regions were looked at', () => {
    expect(total('chinese_nine', 40, { face: burn(1) }, 'male', false)).toBe('incomplete')
  })
  it('of a man and of a woman differ where the catalogue says so; without a sex the legs have no parts', () => {
    expect(total('chinese_nine', 40, { buttocks: burn(1) }, 'male')).toBe(5)
    expect(total('chinese_nine', 40, { buttocks: burn(1) }, 'female')).toBe(6)
    expect(burnPartsOf(definition, 'chinese_nine', null).some((part) => part.id.startsWith('thigh'))).toBe(false)
  })
  it('is reached from every part of the figure by every method', () => {
    for (const method of ['wallace_adult', 'chinese_nine']) {
      const parts = burnPartsOf(definition, method, 'female')
      expect(BODY_PARTS.filter((one) => partsAt(one.id, parts).length === 0).map((one) => one.id)).toEqual([])
    }
  })
})
