/** Other looks at a strip that was not read: light evened out, edges raised. */
import { brightness } from './pixels'
import type { Strip } from './readings'

/** The mean around each pixel, twice over a square: nearly a Gaussian blur. */
function blur(values: Float32Array, width: number, height: number, radius: number): Float32Array {
  let current = values
  for (let pass = 0; pass < 2; pass++) current = slide(slide(current, width, height, radius, 1, width), height, width, radius, width, 1)
  return current
}

/** The running mean along lines of `length`, of which there are `lines`; `step` leads along a line, `next` to the next one. */
function slide(values: Float32Array, length: number, lines: number, radius: number, step: number, next: number): Float32Array {
  const out = new Float32Array(values.length)
  for (let line = 0; line < lines; line++) {
    const start = line * next
    const at = (n: number) => values[start + Math.min(length - 1, Math.max(0, n)) * step]!
    let sum = 0
    for (let n = -radius; n <= radius; n++) sum += at(n)
    for (let n = 0; n < length; n++) {
      out[start + n * step] = sum / (2 * radius + 1)
      sum += at(n + radius + 1) - at(n - radius)
    }
  }
  return out
}

const greyOf = ({ data }: Strip): Float32Array => Float32Array.from({ length: data.length / 3 }, (_, n) => brightness(data, 3 * n))

function stripOfGrey(grey: Float32Array, width: number): Strip {
  return { width, data: Float32Array.from({ length: grey.length * 3 }, (_, n) => Math.min(255, Math.max(0, grey[Math.floor(n / 3)]!))) }
}

/** Each place against its own surroundings: digits under glare or in shadow are pale, but there. */
export function flattened(strip: Strip, height: number): Strip {
  const grey = greyOf(strip)
  const [near, far] = [blur(grey, strip.width, height, 1), blur(grey, strip.width, height, 12)]
  const difference = near.map((value, n) => value - far[n]!)
  const power = blur(difference.map((value) => value * value), strip.width, height, 12)
  return stripOfGrey(difference.map((value, n) => 150 + (45 * value) / (Math.sqrt(power[n]!) + 2)), strip.width)
}

/** Edges raised: slight defocus and motion. */
export function sharpened(strip: Strip, height: number): Strip {
  const grey = greyOf(strip)
  const soft = blur(grey, strip.width, height, 2)
  return stripOfGrey(grey.map((value, n) => 1.8 * value - 0.8 * soft[n]!), strip.width)
}
