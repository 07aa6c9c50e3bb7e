/**
 * The outline of a person on a grid of 360 x 520: what is drawn, and the rectangle that a finger may hit (56 px and more
 * at a phone's width). The right side of the body is on the left of the front view, as one looks at a person.
 */
export interface Shape {
  id: string
  path: string
  hit: { x: number; y: number; width: number; height: number }
  /** The middle of what is drawn, where the word stands; without it, that of what is hit. */
  middle?: { x: number; y: number }
}

const hit = (x: number, y: number, width: number, height: number): Shape['hit'] => ({ x, y, width, height })

// Half a torso is drawn once and mirrored: x counts from the middle line of 180.
const HEAD = 'M138 62 V52 C138 20 156 4 180 4 C204 4 222 20 222 52 V62 Z'
const FACE = 'M138 65 H222 V78 C222 108 204 126 180 126 C156 126 138 108 138 78 Z'
const WHOLE_HEAD = 'M138 62 V52 C138 20 156 4 180 4 C204 4 222 20 222 52 V78 C222 108 204 126 180 126 C156 126 138 108 138 78 Z'
const NECK = 'M164 124 C168 128 174 129 180 129 C186 129 192 128 196 124 L198 150 H162 Z'
const CHEST = 'M160 153 H200 C224 155 240 162 246 176 L240 244 H120 L114 176 C120 162 136 155 160 153 Z'
const BELLY = 'M120 247 H240 L238 312 H122 Z'
const PELVIS = 'M122 315 H238 L246 352 C246 364 238 372 226 372 H134 C122 372 114 364 114 352 Z'
const ARM_AT_LEFT = 'M110 172 C94 172 84 182 80 198 L52 336 C48 356 52 372 64 376 C76 380 84 372 88 356 L118 232 Z'
const ARM_AT_RIGHT = 'M250 172 C266 172 276 182 280 198 L308 336 C312 356 308 372 296 376 C284 380 276 372 272 356 L242 232 Z'
const LEG_AT_LEFT = 'M116 375 H177 L172 500 C172 512 164 518 150 518 H134 C124 518 122 510 124 502 Z'
const LEG_AT_RIGHT = 'M244 375 H183 L188 500 C188 512 196 518 210 518 H226 C236 518 238 510 236 502 Z'

const ARM_LEFT_HIT = hit(40, 168, 72, 214)
const ARM_RIGHT_HIT = hit(248, 168, 72, 214)
const LEG_LEFT_HIT = hit(104, 374, 75, 146)
const LEG_RIGHT_HIT = hit(181, 374, 75, 146)

/** Where the word or mark of a shape stands. */
export const middleOf = ({ hit: box, middle }: Shape): { x: number; y: number } => middle ?? { x: box.x + box.width / 2, y: box.y + box.height / 2 }

export const FRONT: readonly Shape[] = [
  { id: 'head', path: HEAD, hit: hit(132, 0, 96, 63) },
  { id: 'face', path: FACE, hit: hit(132, 63, 96, 57) },
  { id: 'chest', path: CHEST, hit: hit(113, 176, 134, 70) },
  { id: 'neck', path: NECK, hit: hit(132, 120, 96, 56), middle: { x: 180, y: 140 } },
  { id: 'abdomen', path: BELLY, hit: hit(113, 246, 134, 68) },
  { id: 'pelvis', path: PELVIS, hit: hit(113, 314, 134, 60) },
  { id: 'arm_right', path: ARM_AT_LEFT, hit: ARM_LEFT_HIT, middle: { x: 86, y: 274 } },
  { id: 'arm_left', path: ARM_AT_RIGHT, hit: ARM_RIGHT_HIT, middle: { x: 274, y: 274 } },
  { id: 'leg_right', path: LEG_AT_LEFT, hit: LEG_LEFT_HIT, middle: { x: 147, y: 446 } },
  { id: 'leg_left', path: LEG_AT_RIGHT, hit: LEG_RIGHT_HIT, middle: { x: 213, y: 446 } },
]

export const BACK: readonly Shape[] = [
  { id: 'head_back', path: WHOLE_HEAD, hit: hit(132, 0, 96, 120) },
  { id: 'back_upper', path: CHEST, hit: hit(113, 176, 134, 70) },
  { id: 'neck_back', path: NECK, hit: hit(132, 120, 96, 56), middle: { x: 180, y: 140 } },
  { id: 'back_lower', path: BELLY, hit: hit(113, 246, 134, 68) },
  { id: 'buttocks', path: PELVIS, hit: hit(113, 314, 134, 60) },
  { id: 'arm_left_back', path: ARM_AT_LEFT, hit: ARM_LEFT_HIT, middle: { x: 86, y: 274 } },
  { id: 'arm_right_back', path: ARM_AT_RIGHT, hit: ARM_RIGHT_HIT, middle: { x: 274, y: 274 } },
  { id: 'leg_left_back', path: LEG_AT_LEFT, hit: LEG_LEFT_HIT, middle: { x: 147, y: 446 } },
  { id: 'leg_right_back', path: LEG_AT_RIGHT, hit: LEG_RIGHT_HIT, middle: { x: 213, y: 446 } },
]
