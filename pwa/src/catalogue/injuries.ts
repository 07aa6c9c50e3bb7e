/**
 * Injuries as a crew sees them (where on the body, of what kind) and the ISS region that each belongs to. The AIS
 * dictionary is not free, so the severity is chosen by its word (the catalogue's `ais`), never looked up by an injury.
 * ISS regions: the catalogue's `iss` (neck with head, spine with its trunk part, pelvic girdle with limbs). Pure.
 */
import type { Inputs } from './types'

export type IssRegion = 'head_neck' | 'face' | 'chest' | 'abdomen' | 'extremities' | 'external'
export type View = 'front' | 'back'

export interface BodyPart {
  id: string
  view: View
  region: IssRegion
}
const part = (id: string, view: View, region: IssRegion): BodyPart => ({ id, view, region })

export const BODY_PARTS: readonly BodyPart[] = [
  part('head', 'front', 'head_neck'),
  part('face', 'front', 'face'),
  part('neck', 'front', 'head_neck'),
  part('chest', 'front', 'chest'),
  part('abdomen', 'front', 'abdomen'),
  part('pelvis', 'front', 'extremities'),
  part('arm_right', 'front', 'extremities'),
  part('arm_left', 'front', 'extremities'),
  part('leg_right', 'front', 'extremities'),
  part('leg_left', 'front', 'extremities'),
  part('head_back', 'back', 'head_neck'),
  part('neck_back', 'back', 'head_neck'),
  part('back_upper', 'back', 'chest'),
  part('back_lower', 'back', 'abdomen'),
  part('buttocks', 'back', 'extremities'),
  part('arm_left_back', 'back', 'extremities'),
  part('arm_right_back', 'back', 'extremities'),
  part('leg_left_back', 'back', 'extremities'),
  part('leg_right_back', 'back', 'extremities'),
]

export const INJURY_KINDS = ['fracture', 'organ', 'vessel', 'spine', 'joint', 'amputation', 'penetrating', 'skin', 'burn', 'other'] as const
export type InjuryKind = (typeof INJURY_KINDS)[number]

export interface Injury {
  region: IssRegion
  ais: number
  part: string
  kind: InjuryKind | null
}

/** The ISS region of an injury: wounds of the skin and burns are "external" wherever they are. A person may change it. */
export function regionOf(partId: string, kind: InjuryKind | null): IssRegion | null {
  if (kind === 'skin' || kind === 'burn') return 'external'
  const found = BODY_PARTS.find((one) => one.id === partId)?.region ?? null
  // Inside the pelvis lie organs of the abdomen; its bones belong to the limbs.
  return partId === 'pelvis' && (kind === 'organ' || kind === 'vessel') ? 'abdomen' : found
}

/** Why ISS and NISS have no total although injuries are listed. */
export const hasUnknownSeverity = (injuries: readonly Injury[]): boolean => injuries.some((one) => one.ais === 9)
export const hasUnsurvivable = (injuries: readonly Injury[]): boolean => injuries.some((one) => one.ais === 6)

/** The list among a draft's answers. */
export const injuriesOf = (inputs: Inputs): Injury[] => (Array.isArray(inputs.injuries) ? (inputs.injuries as Injury[]) : [])

/** The worst known severity of a body part, 9 where only unknown ones are there; null without an injury. */
export function worstOf(injuries: readonly Injury[], partId: string): number | null {
  const grades = injuries.filter((one) => one.part === partId).map((one) => one.ais)
  if (grades.length === 0) return null
  const known = grades.filter((grade) => grade !== 9)
  return known.length > 0 ? Math.max(...known) : 9
}
