import { describe, expect, it } from 'vitest'
import iss from '@catalogue/scores/iss.json'
import niss from '@catalogue/scores/niss.json'
import { evaluateScore } from './evaluate_score'
import { BODY_PARTS, regionOf, worstOf, type Injury } from './injuries'
import type { ScoreDefinition } from './types'

const of = (definition: unknown) => definition as ScoreDefinition
const injury = (part: string, ais: number, kind: Injury['kind'] = 'fracture'): Injury => ({ region: regionOf(part, kind)!, ais, part, kind })
const both = (...injuries: Injury[]) => [iss, niss].map((one) => evaluateScore(of(one), { injuries }))

describe('injuries on the figure', () => {
  it('lie in a region that the definition knows, every part', () => {
    const regions = of(iss).items[0]!.element!.region
    expect(BODY_PARTS.filter((one) => !regions.includes(one.region))).toEqual([])
  })
  it('count one region once in ISS and each in NISS', () => {
    const [issResult, nissResult] = both(injury('leg_left', 4), injury('arm_right', 3), injury('chest', 3))
    expect(issResult!.total).toBe(16 + 9)
    expect(nissResult!.total).toBe(16 + 9 + 9)
  })
  it('of AIS 6 make 75, and an unknown severity makes no total', () => {
    expect(both(injury('chest', 6)).map((one) => one.total)).toEqual([75, 75])
    expect(both(injury('chest', 3), injury('head', 9)).map((one) => [one.status, one.total])).toEqual([['not_computable', null], ['not_computable', null]])
  })
  it('of the skin are external wherever they are, and organs in the pelvis are of the abdomen', () => {
    expect(regionOf('chest', 'skin')).toBe('external')
    expect(regionOf('pelvis', 'organ')).toBe('abdomen')
    expect(regionOf('pelvis', 'fracture')).toBe('extremities')
    expect(regionOf('tail', 'fracture')).toBeNull()
  })
  it('are shown by the worst known one of a part', () => {
    expect(worstOf([injury('chest', 9), injury('chest', 2)], 'chest')).toBe(2)
    expect(worstOf([injury('chest', 9)], 'chest')).toBe(9)
    expect(worstOf([], 'chest')).toBeNull()
  })
})
