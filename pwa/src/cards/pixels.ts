/** Cuts upright strips and whole cards out of pictures, and shrinks pictures. No canvas: it runs in a worker and in tests. */
import { fitPerspective, invert, type Matrix } from './matrix'
import { distance, type Picture, type Point, type Quad, type Strip } from './readings'

/** The height that the reading model wants. */
export const STRIP_HEIGHT = 48
const STRIP_WIDTH = [8, 1600] as const

/** The weights of Catmull and Rom for the four pixels around a place `t` of the way from the second to the third. */
function weigh(t: number, into: Float64Array, at: number): void {
  const [t2, t3] = [t * t, t * t * t]
  into[at] = (-t3 + 2 * t2 - t) / 2
  into[at + 1] = (3 * t3 - 5 * t2 + 2) / 2
  into[at + 2] = (-3 * t3 + 4 * t2 + t) / 2
  into[at + 3] = (t3 - t2) / 2
}
const weights = new Float64Array(8)

/** Blue, green and red at a place between pixels; the edge goes on outside. */
function sampleSharply(data: Uint8ClampedArray, width: number, height: number, x: number, y: number, into: Float32Array, at: number): void {
  const [x0, y0] = [Math.floor(x), Math.floor(y)]
  weigh(x - x0, weights, 0)
  weigh(y - y0, weights, 4)
  let [b, g, r] = [0, 0, 0]
  for (let j = 0; j < 4; j++) {
    const row = Math.min(height - 1, Math.max(0, y0 + j - 1)) * width
    const down = weights[4 + j]!
    for (let i = 0; i < 4; i++) {
      const from = (row + Math.min(width - 1, Math.max(0, x0 + i - 1))) * 4
      const weight = weights[i]! * down
      r += weight * data[from]!
      g += weight * data[from + 1]!
      b += weight * data[from + 2]!
    }
  }
  into[at] = b
  into[at + 1] = g
  into[at + 2] = r
}

/** The same from the four pixels around: soft, and at a quarter of the cost. */
function sampleSoftly(data: Uint8ClampedArray, width: number, height: number, x: number, y: number, into: Float32Array, at: number): void {
  const [x0, y0] = [Math.floor(x), Math.floor(y)]
  const [right, down] = [x - x0, y - y0]
  const [u, v] = [Math.min(width - 1, Math.max(0, x0)), Math.min(height - 1, Math.max(0, y0))]
  const [next, below] = [x0 >= 0 && x0 < width - 1 ? 4 : 0, y0 >= 0 && y0 < height - 1 ? 4 * width : 0]
  const from = (v * width + u) * 4
  for (let k = 0; k < 3; k++) {
    const top = data[from + k]! * (1 - right) + data[from + k + next]! * right
    const bottom = data[from + k + below]! * (1 - right) + data[from + k + below + next]! * right
    into[at + 2 - k] = top * (1 - down) + bottom * down
  }
}

/** Adds blue, green and red of the nearest pixel. */
function addNearest(data: Uint8ClampedArray, width: number, height: number, x: number, y: number, into: Float32Array, at: number): void {
  const u = Math.min(width - 1, Math.max(0, Math.round(x)))
  const from = (Math.min(height - 1, Math.max(0, Math.round(y))) * width + u) * 4
  into[at]! += data[from + 2]!
  into[at + 1]! += data[from + 1]!
  into[at + 2]! += data[from]!
}

/**
 * A picture of the given size, each of its pixels looked up through `toPicture`; `finer` samples a side where it shrinks, by
 * `sample` where there is one. Millions of places are looked up for one card: nothing is allocated for any of them.
 */
function warp({ width: most, height: deepest, data }: Picture, toPicture: Matrix, width: number, height: number, finer: number, sample = sampleSharply): Float32Array {
  const out = new Float32Array(width * height * 3)
  const [a, b, c, d, e, f, g, h, i] = toPicture as readonly [number, number, number, number, number, number, number, number, number]
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const at = (y * width + x) * 3
      if (finer === 1) {
        const w = g * x + h * y + i
        sample(data, most, deepest, (a * x + b * y + c) / w, (d * x + e * y + f) / w, out, at)
        continue
      }
      for (let m = 0; m < finer; m++) {
        const v = y + (m + 0.5) / finer - 0.5
        for (let n = 0; n < finer; n++) {
          const u = x + (n + 0.5) / finer - 0.5
          const w = g * u + h * v + i
          addNearest(data, most, deepest, (a * u + b * v + c) / w, (d * u + e * v + f) / w, out, at)
        }
      }
      for (let k = 0; k < 3; k++) out[at + k]! /= finer * finer
    }
  }
  return out
}

/** The upright strip of a quad in reading order, at the reading model's height. */
export function cutStrip(picture: Picture, quad: Quad, squeeze = 1): Strip {
  const height = Math.max(8, (distance(quad[0], quad[3]) + distance(quad[1], quad[2])) / 2)
  const length = Math.max(8, (distance(quad[0], quad[1]) + distance(quad[3], quad[2])) / 2)
  const width = Math.round(Math.min(STRIP_WIDTH[1], Math.max(STRIP_WIDTH[0], (STRIP_HEIGHT * length * squeeze) / height)))
  const target: Point[] = [[0, 0], [width, 0], [width, STRIP_HEIGHT], [0, STRIP_HEIGHT]]
  const toPicture = fitPerspective(target, quad)
  if (!toPicture) return { width, data: new Float32Array(width * STRIP_HEIGHT * 3) }
  // From 1.4 times the size on, single samples would skip strokes.
  const ratio = height / STRIP_HEIGHT
  return { width, data: warp(picture, toPicture, width, STRIP_HEIGHT, ratio < 1.4 ? 1 : 2 * Math.ceil(ratio)) }
}

/** The share of a strip's pixels that the thinnest print darkens at least: one character in a strip of five. */
const PRINT_SHARE = 0.004
/** How much darker than the paper these are at least. On paper alone patterns and noise give 0.03 to 0.07, the palest print 0.3. */
const PRINT_DEPTH = 0.12

/** The brightness of a pixel of a strip; blue comes first. */
export const brightness = (data: Float32Array, at: number): number => 0.114 * data[at]! + 0.587 * data[at + 1]! + 0.299 * data[at + 2]!

/** The brightness of a strip's paper, and of its darkest strokes. */
function shadesOf({ data }: Strip): { paper: number; print: number } {
  const counts = new Uint32Array(256)
  for (let at = 0; at < data.length; at += 3) counts[Math.min(255, Math.max(0, Math.round(brightness(data, at))))]! += 1
  const valueAt = (share: number): number => {
    let left = (share * data.length) / 3
    return counts.findIndex((count) => (left -= count) <= 0)
  }
  return { paper: valueAt(0.5), print: valueAt(PRINT_SHARE) }
}

/** Whether nothing is printed in a strip, so that no model need look at it. */
export function isBlank(strip: Strip): boolean {
  const { paper, print } = shadesOf(strip)
  return paper > 0 && 1 - print / paper < PRINT_DEPTH
}

/** A stroke has at least this many dark pixels in some column of a strip. */
const STROKE_PX = 2
const ROOM_PX = 8

/**
 * The printed part of a strip with a little room at both ends, and where it begins: `share` leads from a place along the
 * part to one along the strip. A lone character amid paper is not read by a model that learnt from tight strips.
 */
export function printedPart(strip: Strip): { part: Strip; share: (at: number) => number } {
  const dark = shadesOf(strip).paper * (1 - PRINT_DEPTH)
  let [from, to] = [strip.width, -1]
  for (let x = 0; x < strip.width; x++) {
    let count = 0
    for (let y = 0; y < STRIP_HEIGHT; y++) if (brightness(strip.data, (y * strip.width + x) * 3) < dark) count += 1
    if (count < STROKE_PX) continue
    from = Math.min(from, x)
    to = x
  }
  if (to < 0) return { part: strip, share: (at) => at }
  const [left, right] = [Math.max(0, from - ROOM_PX), Math.min(strip.width, to + 1 + ROOM_PX)]
  const width = right - left
  const data = new Float32Array(width * STRIP_HEIGHT * 3)
  for (let y = 0; y < STRIP_HEIGHT; y++) data.set(strip.data.subarray((y * strip.width + left) * 3, (y * strip.width + right) * 3), y * width * 3)
  return { part: { width, data }, share: (at) => (left + at * width) / strip.width }
}

/** A card seen straight from above: `matrix` leads from the picture to a plane of which `width` x `height` is shown. */
export function straighten(picture: Picture, matrix: Matrix, width: number, height: number, isSoft = false): Picture {
  const values = warp(picture, invert(matrix), width, height, 1, isSoft ? sampleSoftly : sampleSharply)
  const data = new Uint8ClampedArray(width * height * 4)
  for (let n = 0; n < width * height; n++) {
    data[4 * n] = values[3 * n + 2]!
    data[4 * n + 1] = values[3 * n + 1]!
    data[4 * n + 2] = values[3 * n]!
    data[4 * n + 3] = 255
  }
  return { width, height, data }
}

/** The detection model's input: the picture shrunk by areas to the given size, blue first, from -1 to 1, plane after plane. */
export function shrinkForDetection({ width: wide, height: high, data }: Picture, width: number, height: number): Float32Array {
  const plane = width * height
  const out = new Float32Array(3 * plane)
  // A target's pixels end where the next one's begin.
  const from = Int32Array.from({ length: width + 1 }, (_, x) => Math.ceil((x * wide) / width))
  const sums = new Float64Array(3 * width)
  for (let target = 0, y = 0; target < height; target++) {
    const [first, last] = [y, Math.ceil(((target + 1) * high) / height)]
    for (; y < last; y++) {
      for (let x = 0, at = y * wide * 4; x < width; x++) {
        let [b, g, r] = [0, 0, 0]
        for (const end = (y * wide + from[x + 1]!) * 4; at < end; at += 4) {
          r += data[at]!
          g += data[at + 1]!
          b += data[at + 2]!
        }
        sums[3 * x]! += b
        sums[3 * x + 1]! += g
        sums[3 * x + 2]! += r
      }
    }
    for (let x = 0; x < width; x++) {
      const scale = 1 / (127.5 * Math.max(1, (last - first) * (from[x + 1]! - from[x]!)))
      for (let k = 0; k < 3; k++) out[k * plane + target * width + x] = sums[3 * x + k]! * scale - 1
    }
    sums.fill(0)
  }
  return out
}
