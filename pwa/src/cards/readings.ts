/** What the engine returns and card types work with: strips of text, and lines of a photograph. Twin of ocr/readings.py. */

/** RGBA pixels, as canvases give them. */
export interface Picture {
  width: number
  height: number
  data: Uint8ClampedArray
}
export type Point = readonly [number, number]
/** Four corners in the order of reading: top left, top right, bottom right, bottom left. */
export type Quad = readonly [Point, Point, Point, Point]
/** A box in card units: left, top, right, bottom. */
export type Zone = readonly [number, number, number, number]

/** One character as read; `at` is its place along the strip, 0 at the left end and 1 at the right. */
export interface Character {
  text: string
  confidence: number
  at: number
}
export type Reading = readonly Character[]

export interface Line {
  quad: Quad
  reading: Reading
}

/** What reads: the models in the phone's worker, or recorded readings in a test. */
export interface Engine {
  findBoxes(picture: Picture, longestSide: number): Promise<Quad[]>
  /** Reads strips cut out of a picture; with an alphabet, from its characters only. */
  readStrips(strips: readonly Strip[], alphabet?: string): Promise<Reading[]>
}
/** An upright strip at the reading model's height: blue, green, red from 0 to 255 for each pixel. */
export interface Strip {
  width: number
  data: Float32Array
}

export const textOf = (reading: Reading): string => reading.map((one) => one.text).join('')
/** The mean over the characters; 0 for nothing read. */
export const confidenceOf = (reading: Reading): number =>
  reading.length ? reading.reduce((sum, one) => sum + one.confidence, 0) / reading.length : 0
export const weakestOf = (reading: Reading): number =>
  reading.reduce((least, one) => Math.min(least, one.confidence), reading.length ? 1 : 0)
/** The text without spaces, in its plain forms. */
export const compact = (text: string): string => text.normalize('NFKC').replace(/\s+/g, '')

export const between = (one: Point, other: Point): Point => [(one[0] + other[0]) / 2, (one[1] + other[1]) / 2]
export const distance = (one: Point, other: Point): number => Math.hypot(one[0] - other[0], one[1] - other[1])
export const leftMiddle = (quad: Quad): Point => between(quad[0], quad[3])
export const rightMiddle = (quad: Quad): Point => between(quad[1], quad[2])
export const centreOf = (quad: Quad): Point => between(between(quad[0], quad[2]), between(quad[1], quad[3]))
