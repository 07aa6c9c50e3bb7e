import { describe, expect, it } from 'vitest'
import { adviceOf, greyOf, measure, sharpnessOf, type Frame, type Grey, type Measures } from './guidance'

const guide: Frame = { left: 24, right: 376, top: 37, bottom: 259 }
const GOOD: Measures = { width: 0.97, tilt: 0.01, brightness: 150, glare: 0, sharpness: 0.8 }
const GUIDE_PX = 950

/** A pale card on a dark table; `shape` gives its corners' offsets from the guide. */
function frameWith(left: number, right: number, top: number, bottom: number, slope = 0, light = 200): Grey {
  const data = new Uint8ClampedArray(400 * 296)
  for (let y = 0; y < 296; y++) {
    for (let x = 0; x < 400; x++) {
      const shift = slope * (x - 200)
      const isCard = x > guide.left + left && x < guide.right + right && y > guide.top + top + shift && y < guide.bottom + bottom - shift
      data[y * 400 + x] = isCard ? light : 50
    }
  }
  return { width: 400, height: 296, data }
}
/** Bars of print, smoothed over `radius` pixels. */
function print(radius: number): Grey {
  const row = Array.from({ length: 600 }, (_, x) => (x % 30 < 6 || (x > 200 && x % 30 === 15) ? 40 : 210))
  const soft = row.map((_, x) => {
    const around = row.slice(Math.max(0, x - radius), x + radius + 1)
    return around.reduce((sum, value) => sum + value, 0) / around.length
  })
  return { width: 600, height: 10, data: Uint8ClampedArray.from(Array.from({ length: 10 }, () => soft).flat()) }
}
const seen = (frame: Grey): Measures => measure(frame, guide, print(0))

describe('measures', () => {
  it('give the width of a card by its edges', () => {
    expect(seen(frameWith(0, 0, 0, 0)).width).toBeCloseTo(1, 1)
    expect(seen(frameWith(20, -20, 12, -12)).width).toBeCloseTo(0.886, 1)
  })
  it('see no card where there is none, or half of one', () => {
    expect(seen(frameWith(400, 0, 0, 0)).width).toBeNull()
    expect(seen(frameWith(200, 0, 0, 0)).width).toBeNull()
  })
  it('tell a card that is held level from one that is tilted', () => {
    expect(seen(frameWith(2, -2, 2, -2)).tilt).toBeLessThan(0.03)
    expect(seen(frameWith(8, -8, 14, -14, 0.07)).tilt).toBeGreaterThan(0.12)
  })
  it('count what is blown out, but not over the portrait', () => {
    const [plain, spotted, portrait] = [frameWith(0, 0, 0, 0), frameWith(0, 0, 0, 0), frameWith(0, 0, 0, 0)]
    for (let y = 200; y < 250; y++) for (let x = 60; x < 160; x++) spotted.data[y * 400 + x] = 255
    for (let y = 60; y < 180; y++) for (let x = 260; x < 360; x++) portrait.data[y * 400 + x] = 255
    expect([plain, spotted, portrait].map((frame) => seen(frame).glare > 0.02)).toEqual([false, true, false])
  })
  it('fall with blur, and are nothing without print', () => {
    const [crisp, soft, worse] = [0, 2, 5].map((radius) => sharpnessOf(print(radius)))
    expect(crisp).toBeGreaterThan(soft!)
    expect(soft).toBeGreaterThan(worse!)
    expect(worse).toBeLessThan(0.42)
    expect(sharpnessOf({ width: 100, height: 4, data: new Uint8ClampedArray(400).fill(180) })).toBe(0)
  })
  it('take grey from colours', () => {
    expect([...greyOf({ width: 1, height: 1, data: Uint8ClampedArray.from([255, 255, 255, 255]) }).data]).toEqual([255])
  })
})

describe('advice', () => {
  it.each([
    ['good', {}],
    ['dark', { brightness: 30 }],
    ['place', { width: null }],
    ['closer', { width: 0.6 }],
    ['farther', { width: 1.2 }],
    ['tilt', { tilt: 0.2 }],
    ['bright', { brightness: 245 }],
    ['glare', { glare: 0.05 }],
    ['blur', { sharpness: 0.2 }],
  ] as const)('is %s', (advice, part) => expect(adviceOf({ ...GOOD, ...part }, GUIDE_PX)).toBe(advice))
  it('asks for 700 pixels where the camera has them, and not for more than it has', () => {
    expect(adviceOf({ ...GOOD, width: 0.85 }, 800)).toBe('closer')
    expect(adviceOf({ ...GOOD, width: 0.89 }, 800)).toBe('good')
    expect(adviceOf({ ...GOOD, width: 0.96 }, 500)).toBe('good')
  })
})
