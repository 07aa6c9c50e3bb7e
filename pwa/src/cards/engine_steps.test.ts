import { describe, expect, it } from 'vitest'
import { boxesOf, cornersOf, smallestRectangle } from './boxes'
import { alikeColumns, allColumns, charactersOf, columnsOf, decode, foldAlike } from './decoding'
import { apply, fitPerspective, fitRobustly, invert, multiply } from './matrix'
import { readNumber } from './number'
import { layOut } from './page'
import { pictureSize } from './picture_size'
import { cutStrip, isBlank, printedPart, STRIP_HEIGHT } from './pixels'
import { inReadingOrder, readingDirection } from './quads'
import { distance, textOf, type Engine, type Line, type Picture, type Point, type Quad, type Strip } from './readings'

const chart = (rows: number[][]): Float32Array => Float32Array.from(rows.flat())

describe('decoding', () => {
  const columns = allColumns(['1', '2', 'X'])
  it('joins equal neighbours, and splits them at "nothing"', () => {
    const rows = [[0, 0.9, 0, 0, 0], [0, 0.8, 0, 0, 0], [0.9, 0, 0, 0, 0], [0, 0.7, 0, 0, 0], [0, 0, 0.6, 0, 0]]
    const reading = decode(chart(rows), 5, 5, columns)
    expect(textOf(reading)).toBe('112')
    expect(reading.map((one) => one.confidence.toFixed(1))).toEqual(['0.9', '0.7', '0.6'])
    expect(reading[0]!.at).toBeCloseTo(0.2)
  })
  it('keeps to an alphabet: the best of its characters, not the best of all', () => {
    expect(textOf(decode(chart([[0.1, 0.2, 0.3, 0.9, 0]]), 1, 5, columnsOf(columns, '12')))).toBe('2')
  })
  it('counts x and × as X, which a number alone can end in, and nothing else as anything', () => {
    const all = allColumns(['1', 'x', 'X', '×'])
    const values = chart([[0.02, 0.3, 0.25, 0.24, 0.19, 0], [0.1, 0.9, 0, 0, 0, 0]])
    foldAlike(values, 2, 6, alikeColumns(all))
    const reading = decode(values, 2, 6, all)
    expect(textOf(reading)).toBe('X1')
    expect(reading[0]!.confidence).toBeCloseTo(0.68)
    expect(alikeColumns(allColumns(['1', 'X']))).toEqual([])
  })
  it('says where a character stands in the strip, not in its padding', () => {
    expect(decode(chart([[0, 1, 0, 0, 0], [1, 0, 0, 0, 0]]), 2, 5, columns, 0.5)[0]!.at).toBeCloseTo(0.5)
  })
  it("finds the characters in a model's notes", () => {
    const utf8 = (text: string) => [...new TextEncoder().encode(text)]
    const field = (tag: number, bytes: number[]) => [tag, bytes.length, ...bytes]
    const note = [...field(0x0a, utf8('character')), ...field(0x12, utf8('汉\n字'))]
    expect(charactersOf(Uint8Array.from([0x08, 0x96, 0x01, ...field(0x3a, [1, 2, 3]), ...field(0x72, note)]))).toEqual(['汉', '字'])
    expect(() => charactersOf(Uint8Array.from([0x08, 1]))).toThrow()
  })
})

describe('boxes', () => {
  it('lie around connected text and grow to the size of its letters', () => {
    const [width, height] = [200, 100]
    const data = new Float32Array(width * height)
    for (let y = 40; y < 50; y++) for (let x = 30; x < 130; x++) data[y * width + x] = 0.95
    for (let x = 150; x < 152; x++) data[10 * width + x] = 0.9 // a speck
    const boxes = boxesOf({ width, height, data }, 2 * width, 2 * height)
    expect(boxes).toHaveLength(1)
    const [a, b, , d] = inReadingOrder(boxes[0]!, 0)
    expect(a[0]).toBeLessThan(60)
    expect(distance(a, b)).toBeGreaterThan(210)
    expect(distance(a, d)).toBeGreaterThan(28)
    expect(distance(a, d)).toBeLessThan(50)
  })
  it('leave out what the model is not sure of', () => {
    const data = new Float32Array(100 * 40).fill(0)
    for (let y = 10; y < 20; y++) for (let x = 10; x < 80; x++) data[y * 100 + x] = 0.4
    expect(boxesOf({ width: 100, height: 40, data }, 100, 40)).toHaveLength(0)
  })
  it('turn with the text', () => {
    const turned = [[0, 0], [100, 50], [90, 70], [-10, 20]] as const
    const found = cornersOf(smallestRectangle(turned))
    expect(Math.abs(readingDirection([found]))).toBeCloseTo(Math.atan2(50, 100), 1)
  })
})

describe('mappings', () => {
  const card: Point[] = [[0, 0], [1000, 0], [1000, 631], [0, 631], [300, 200], [700, 400], [120, 500]]
  const truth = [0.8, 0.1, 120, -0.05, 0.9, 80, 0.0001, 0.00005, 1]
  const photo = card.map((point) => apply(truth, point))
  it('are found from points', () => {
    const found = fitPerspective(photo, card)!
    photo.forEach((point, n) => expect(distance(apply(found, point), card[n]!)).toBeLessThan(0.01))
  })
  it('do not follow points that lie', () => {
    const lying = photo.map((point, n): Point => (n === 4 ? [point[0] + 90, point[1]] : point))
    const found = fitRobustly(fitPerspective, 4, lying, card, 22)!
    expect(found.good).toEqual([true, true, true, true, false, true, true])
    expect(distance(apply(found.matrix, photo[4]!), card[4]!)).toBeLessThan(0.5)
  })
  it('lead back', () => {
    const there = multiply(invert(truth), truth)
    expect(there.map((value) => value / there[8]!)).toEqual([1, 0, 0, 0, 1, 0, 0, 0, 1].map((value) => expect.closeTo(value, 9)))
  })
})

describe('strips', () => {
  const picture: Picture = { width: 300, height: 200, data: new Uint8ClampedArray(300 * 200 * 4).fill(255) }
  for (let y = 90; y < 110; y++) for (let x = 100; x < 110; x++) picture.data.set([10, 20, 30, 255], (y * 300 + x) * 4)
  it('are upright whichever way the card lies', () => {
    for (const angle of [0, Math.PI]) {
      const quad: Quad = [[50, 90], [250, 90], [250, 110], [50, 110]]
      const strip = cutStrip(picture, inReadingOrder(quad, angle))
      const share = (angle ? 145 : 55) / 200
      const at = (Math.floor(STRIP_HEIGHT / 2) * strip.width + Math.round(share * strip.width)) * 3
      expect([...strip.data.slice(at, at + 3)].map(Math.round)).toEqual([30, 20, 10])
      expect(strip.data[Math.floor(STRIP_HEIGHT / 2) * strip.width * 3]).toBeCloseTo(255)
    }
  })
})

describe('print in a strip', () => {
  /** Paper with the grain of a noisy photograph, and a stroke of the given darkness. */
  const strip = (width: number, ink: number, from = 100, to = 130): Strip => {
    const data = new Float32Array(width * STRIP_HEIGHT * 3)
    for (let n = 0; n < width * STRIP_HEIGHT; n++) {
      const [x, y] = [n % width, Math.floor(n / width)]
      const isInk = x >= from && x < to && y >= 20 && y < 24
      data.fill(isInk ? ink : 180 + ((n * 7919) % 9) - 4, 3 * n, 3 * n + 3)
    }
    return { width, data }
  }
  it('is told from paper, down to one stroke in a strip of five characters', () => {
    expect(isBlank(strip(240, 180))).toBe(true)
    expect(isBlank(strip(240, 120))).toBe(false)
    expect(isBlank({ width: 20, data: new Float32Array(20 * STRIP_HEIGHT * 3) })).toBe(false) // black: nothing is known
  })
  it('is cut out with a little room, and its places lead back to the strip', () => {
    const { part, share } = printedPart(strip(240, 60))
    expect(part.width).toBe(30 + 16)
    expect(part.data[(22 * part.width + 8) * 3]).toBe(60)
    expect(share(0.5) * 240).toBeCloseTo(115)
    expect(printedPart(strip(240, 60, 0, 240)).part.width).toBe(240)
    const both = strip(240, 60)
    for (const y of [22, 23]) both.data.fill(140, (y * 240 + 200) * 3, (y * 240 + 220) * 3) // pale, two pixels high: a 一
    expect(printedPart(both).part.width).toBe(120 + 16)
  })
})

describe("a number's strip", () => {
  const zone = [335, 515, 904, 567] as const
  const line: Line = { quad: [[340, 518], [900, 518], [900, 562], [340, 562]], reading: [{ text: '1', confidence: 0.5, at: 0.5 }] }
  const engine = (): Engine & { asked: number } => ({
    asked: 0,
    findBoxes: async () => [],
    async readStrips(strips) {
      this.asked += strips.length
      return strips.map(() => [{ text: '7', confidence: 0.9, at: 0.5 }])
    },
  })
  it('is read at the second place only where the first was not enough', async () => {
    const picture: Picture = { width: 1000, height: 631, data: new Uint8ClampedArray(1000 * 631 * 4).fill(200) }
    for (const [isEnough, strips] of [[true, 1], [false, 2]] as const) {
      const reader = engine()
      const page = layOut(picture, [1, 0, 0, 0, 1, 0, 0, 0, 1], [line], reader)
      expect(await readNumber(page, zone, false, () => isEnough)).toHaveLength(strips)
      expect(reader.asked).toBe(strips)
    }
  })
})

describe('the size of a picture', () => {
  it('is read from the head of a JPEG and a PNG, and of nothing else', () => {
    const jpeg = [0xff, 0xd8, 0xff, 0xe0, 0, 4, 1, 2, 0xff, 0xc2, 0, 17, 8, 0x12, 0x34, 0x56, 0x78, 3, 0, 0, 0]
    expect(pictureSize(Uint8Array.from(jpeg))).toEqual({ width: 0x5678, height: 0x1234 })
    const png = [0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10, 0, 0, 0, 13, 73, 72, 68, 82, 0, 0, 2, 0, 0, 0, 1, 0, 8]
    expect(pictureSize(Uint8Array.from(png))).toEqual({ width: 512, height: 256 })
    expect(pictureSize(new TextEncoder().encode('this is no picture at all'))).toBeNull()
    expect(pictureSize(Uint8Array.from([0xff, 0xd8, 0xff]))).toBeNull()
  })
})
