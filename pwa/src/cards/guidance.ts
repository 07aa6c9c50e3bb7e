/**
 * What a frame of the camera says of the card in it: where its edges lie (so how wide and how tilted it is), how bright it
 * is, how much of it glares, and how sharp its print is. Pure: pixels in, measures out; no models are needed for it.
 */
export interface Grey {
  width: number
  height: number
  data: Uint8ClampedArray
}
/** A box in a frame. */
export interface Frame {
  left: number
  top: number
  right: number
  bottom: number
}

export interface Measures {
  /** The card's mean width as a share of the guide's; null when its edges are not seen. */
  width: number | null
  /** How far opposite sides differ, and how far the card is turned, the larger of both; 0 is level. */
  tilt: number
  /** Mean brightness within the guide, 0 to 255. */
  brightness: number
  /** The share of the guide that is blown out, the portrait not counted. */
  glare: number
  /** Fine contrast against coarse contrast: near 1 on crisp print, below a third when blurred. */
  sharpness: number
}

export type Advice = 'place' | 'dark' | 'bright' | 'glare' | 'closer' | 'farther' | 'tilt' | 'blur' | 'good'

/** A card of the guide's width must have this many pixels in the photograph. */
const WANTED_PX = 700
const LIMITS = { dark: 55, bright: 232, glare: 0.02, tilt: 0.12, sharpness: 0.42, widest: 1.1, narrowest: 0.8 } as const

export function greyOf({ width, height, data }: { width: number; height: number; data: Uint8ClampedArray }): Grey {
  const grey = new Uint8ClampedArray(width * height)
  for (let n = 0; n < grey.length; n++) grey[n] = 0.299 * data[4 * n]! + 0.587 * data[4 * n + 1]! + 0.114 * data[4 * n + 2]!
  return { width, height, data: grey }
}

/** One sentence's worth: the first thing that is wrong. `guidePx` is the guide's width in pixels of the photograph. */
export function adviceOf(measures: Measures, guidePx: number): Advice {
  if (measures.brightness < LIMITS.dark) return 'dark'
  if (measures.width === null) return 'place'
  // A camera that has not 700 pixels for the guide is given what it has.
  if (measures.width < Math.max(LIMITS.narrowest, Math.min(0.95, WANTED_PX / guidePx))) return 'closer'
  if (measures.width > LIMITS.widest) return 'farther'
  if (measures.tilt > LIMITS.tilt) return 'tilt'
  if (measures.brightness > LIMITS.bright) return 'bright'
  if (measures.glare > LIMITS.glare) return 'glare'
  return measures.sharpness < LIMITS.sharpness ? 'blur' : 'good'
}

/** `print` is a strip of the frame at the photograph's own size, where a card has print: the number. */
export function measure(frame: Grey, guide: Frame, print: Grey): Measures {
  const sides = findSides(frame, guide)
  return { ...(sides ? shapeOf(sides, guide) : { width: null, tilt: 0 }), ...lightOf(frame, guide), sharpness: sharpnessOf(print) }
}

/** The portrait, as shares of the guide: it is white anyway, and glare over it hides no print. */
const PORTRAIT = { left: 0.62, bottom: 0.74 } as const

function lightOf(frame: Grey, guide: Frame): { brightness: number; glare: number } {
  let [sum, blown, count] = [0, 0, 0]
  const portraitLeft = guide.left + PORTRAIT.left * (guide.right - guide.left)
  const portraitBottom = guide.top + PORTRAIT.bottom * (guide.bottom - guide.top)
  for (let y = Math.round(guide.top); y < guide.bottom; y++) {
    for (let x = Math.round(guide.left); x < guide.right; x++) {
      const value = frame.data[y * frame.width + x]!
      sum += value
      blown += value >= 252 && (x < portraitLeft || y > portraitBottom) ? 1 : 0
      count += 1
    }
  }
  return { brightness: count ? sum / count : 0, glare: count ? blown / count : 0 }
}

/** Differences over two pixels against differences over eight: blur takes the near ones first. Without print 0. */
export function sharpnessOf({ width, height, data }: Grey): number {
  let [near, far] = [0, 0]
  for (let y = 0; y < height; y++) {
    for (let x = 4; x < width - 4; x++) {
      const at = y * width + x
      near += (data[at + 1]! - data[at - 1]!) ** 2
      far += (data[at + 4]! - data[at - 4]!) ** 2
    }
  }
  const contrast = Math.sqrt(far / Math.max(1, height * (width - 8)))
  return contrast < 6 ? 0 : Math.sqrt(near / far)
}

/** A straight edge: its offset across the side at the side's start, and its slope along it. */
interface Side {
  offset: number
  slope: number
}
type Sides = Record<'left' | 'top' | 'right' | 'bottom', Side>

const PROBES = 15
const AGREE_PX = 2.5
const LEAST_AGREEING = 8
const LEAST_STEP = 9

/** All four sides of the card near the guide; null when one is not seen. */
function findSides(frame: Grey, guide: Frame): Sides | null {
  const reach = 0.16 * (guide.bottom - guide.top)
  const side = (name: keyof Sides): Side | null => {
    const isUpright = name === 'left' || name === 'right'
    const [from, to] = isUpright ? [guide.top, guide.bottom] : [guide.left, guide.right]
    const points: [number, number][] = []
    for (let n = 0; n < PROBES; n++) {
      // Corners are round and may lie outside: the middle four fifths are probed.
      const along = from + (to - from) * (0.1 + (0.8 * n) / (PROBES - 1))
      for (const offset of strongestSteps(frame, along, guide[name], reach, isUpright)) points.push([along, offset])
    }
    return straightest(points)
  }
  const [left, top, right, bottom] = [side('left'), side('top'), side('right'), side('bottom')]
  return left && top && right && bottom ? { left, top, right, bottom } : null
}

/** Where brightness changes most across a line; the two strongest places, for the table may have edges too. */
function strongestSteps(frame: Grey, along: number, expected: number, reach: number, isUpright: boolean): number[] {
  const most = isUpright ? frame.width : frame.height
  const value = (across: number, shift: number): number => {
    const [x, y] = isUpright ? [across, Math.round(along) + shift] : [Math.round(along) + shift, across]
    return frame.data[Math.min(frame.height - 1, Math.max(0, y)) * frame.width + Math.min(frame.width - 1, Math.max(0, x))]!
  }
  const steps: [number, number][] = []
  for (let across = Math.max(3, Math.round(expected - reach)); across <= Math.min(most - 4, expected + reach); across++) {
    let step = 0
    for (let shift = -1; shift <= 1; shift++) for (let n = 1; n <= 3; n++) step += value(across + n, shift) - value(across - n, shift)
    steps.push([Math.abs(step) / 9, across])
  }
  const isPeak = (n: number) => steps[n]![0] >= (steps[n - 1]?.[0] ?? 0) && steps[n]![0] > (steps[n + 1]?.[0] ?? 0)
  return steps
    .filter(([step], n) => step >= LEAST_STEP && isPeak(n))
    .sort((a, b) => b[0] - a[0])
    .slice(0, 2)
    .map(([, across]) => across)
}

/** The line that most points lie on. */
function straightest(points: readonly [number, number][]): Side | null {
  let best: { side: Side; count: number } | null = null
  for (let i = 0; i < points.length; i++) {
    for (let j = i + 1; j < points.length; j++) {
      const [a, b] = [points[i]!, points[j]!]
      if (b[0] - a[0] < 1) continue
      const slope = (b[1] - a[1]) / (b[0] - a[0])
      if (Math.abs(slope) > 0.35) continue
      const offset = a[1] - slope * a[0]
      const count = new Set(points.filter((p) => Math.abs(p[1] - offset - slope * p[0]) <= AGREE_PX).map((p) => p[0])).size
      if (count > (best?.count ?? LEAST_AGREEING - 1)) best = { side: { offset, slope }, count }
    }
  }
  return best && best.side
}

function shapeOf(sides: Sides, guide: Frame): { width: number; tilt: number } {
  // x = left.offset + left.slope * y meets y = top.offset + top.slope * x.
  const corner = (upright: Side, level: Side): [number, number] => {
    const x = (upright.offset + upright.slope * level.offset) / (1 - upright.slope * level.slope)
    return [x, level.offset + level.slope * x]
  }
  const [a, b] = [corner(sides.left, sides.top), corner(sides.right, sides.top)]
  const [d, c] = [corner(sides.left, sides.bottom), corner(sides.right, sides.bottom)]
  const length = (p: [number, number], q: [number, number]) => Math.hypot(p[0] - q[0], p[1] - q[1])
  const unlike = (one: number, other: number) => Math.abs(one - other) / Math.max(one, other)
  const [top, right, bottom, left] = [length(a, b), length(b, c), length(d, c), length(a, d)]
  const turned = Math.abs(sides.top.slope + sides.bottom.slope - sides.left.slope - sides.right.slope) / 4
  return { width: (top + bottom) / 2 / (guide.right - guide.left), tilt: Math.max(unlike(top, bottom), unlike(left, right), turned) }
}
