/**
 * Burned parts of the body and how they add up to the regions of the chosen method, whose percentages are the
 * catalogue's (`burns_tbsa`: regions, sub_regions_chinese_adult, child_rule). In children the head counts more and the
 * legs less; the share of a part within its region stays. Only second and third degree count. Pure.
 */
import type { ScoreDefinition } from './types'

export type Depth = 'first' | 'second' | 'third'
export interface Burn {
  first: number
  second: number
  third: number
}
export type Burns = Readonly<Record<string, Burn>>
export type SexTable = 'male' | 'female' | null

export interface BurnPart {
  id: string
  region: string
  /** Share of the region that this part is. */
  share: number
}

const SIDES = ['left', 'right'] as const
const PAIRED: Readonly<Record<string, string>> = {
  upper_arm: 'upper_arms', forearm: 'forearms', hand: 'hands', thigh: 'thighs', lower_leg: 'lower_legs', foot: 'feet',
}
const CHINESE: Readonly<Record<string, readonly string[]>> = {
  head_neck: ['scalp', 'face', 'neck'],
  upper_limbs: ['upper_arm', 'forearm', 'hand'],
  trunk_with_perineum: ['trunk_front', 'trunk_back', 'perineum'],
  lower_limbs_with_buttocks: ['buttocks', 'thigh', 'lower_leg', 'foot'],
}

/** The parts that a method asks. Without a sex the parts whose share depends on it (buttocks, feet, so all legs) are left out. */
export function burnPartsOf(definition: ScoreDefinition, method: string, sex: SexTable): BurnPart[] {
  const regions = (definition.regions as Record<string, Record<string, number>>)[method] ?? {}
  if (method !== 'chinese_nine') return Object.keys(regions).map((id) => ({ id, region: id, share: 1 }))
  const percents = definition.sub_regions_chinese_adult ?? {}
  return Object.entries(CHINESE).flatMap(([region, parts]) => {
    const whole = regions[region]
    if (whole === undefined || (region === 'lower_limbs_with_buttocks' && sex === null)) return []
    return parts.flatMap((part) => {
      const name = PAIRED[part] ?? part
      const percent = percents[name] ?? percents[`${name}_${sex}`]
      if (percent === undefined) throw new Error(`burns: the catalogue has no percentage of ${name}`)
      if (!PAIRED[part]) return [{ id: part, region, share: percent / whole }]
      return SIDES.map((side) => ({ id: `${part}_${side}`, region, share: percent / 2 / whole }))
    })
  })
}

/** Second and third degree of a part. More than the whole part is a wrong entry; the form does not allow it. */
export const countedOf = (burn: Burn | undefined): number => Math.min(1, (burn?.second ?? 0) + (burn?.third ?? 0))

/** Burned fraction of each region that has an answer, as the evaluator wants it. */
export function fractionsOf(parts: readonly BurnPart[], burns: Burns): Record<string, number> {
  const fractions: Record<string, number> = {}
  for (const { id, region, share } of parts) {
    if (burns[id] === undefined) continue
    fractions[region] = Math.min(1, (fractions[region] ?? 0) + share * countedOf(burns[id]))
  }
  return fractions
}

/** The same burns with third degree only: its area is said beside the total. */
export const thirdDegreeOnly = (burns: Burns): Record<string, Burn> =>
  Object.fromEntries(Object.entries(burns).map(([id, burn]) => [id, { first: 0, second: 0, third: burn.third }]))

export const hasFirstDegree = (burns: Burns): boolean => Object.values(burns).some((burn) => burn.first > 0)

// Where a tap on the figure leads: to the parts there, by method. A method without such a part leads to its nearest.
const BY_FIGURE: Readonly<Record<string, readonly string[]>> = {
  head: ['scalp', 'head_neck'],
  head_back: ['scalp', 'head_neck'],
  face: ['face', 'head_neck'],
  neck: ['neck', 'head_neck'],
  neck_back: ['neck', 'head_neck'],
  chest: ['trunk_front', 'trunk_anterior'],
  abdomen: ['trunk_front', 'trunk_anterior'],
  pelvis: ['perineum'],
  back_upper: ['trunk_back', 'trunk_posterior'],
  back_lower: ['trunk_back', 'trunk_posterior'],
  buttocks: ['buttocks', 'trunk_posterior'],
  ...limbs('left'),
  ...limbs('right'),
}
function limbs(side: 'left' | 'right'): Record<string, string[]> {
  const arm = [`upper_arm_${side}`, `forearm_${side}`, `hand_${side}`, `arm_${side}`]
  const leg = [`thigh_${side}`, `lower_leg_${side}`, `foot_${side}`, `leg_${side}`]
  return { [`arm_${side}`]: arm, [`arm_${side}_back`]: arm, [`leg_${side}`]: leg, [`leg_${side}_back`]: leg }
}

export function partsAt(figurePart: string, parts: readonly BurnPart[]): string[] {
  const wanted = BY_FIGURE[figurePart] ?? []
  return parts.map((part) => part.id).filter((id) => wanted.includes(id))
}
