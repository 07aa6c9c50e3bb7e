/** A card's text laid out in card units, for card types to take their fields from. Twin of ocr/page.py. */
import type { Matrix } from './matrix'
import { cutStrip, printedPart } from './pixels'
import { fromCard, mapQuad, quadOf } from './plane'
import { centreOf, distance, leftMiddle, rightMiddle, type Engine, type Line, type Picture, type Reading, type Strip, type Zone } from './readings'

/** A character and its place on the card. */
export interface Placed {
  text: string
  confidence: number
  u: number
  v: number
}

/** One value as printed; `weakest` is its least certain character. `characters` are those that it was put together from. */
export interface Field {
  value: string
  confidence: number
  weakest: number
  characters?: readonly Placed[]
}

export interface Page {
  picture: Picture
  toCard: Matrix
  /** Their quads are in card units. */
  lines: readonly Line[]
  engine: Engine
  /** What zones of this picture were read as already. */
  zones: Map<string, Promise<Reading>>
}

/** Bring lines of the picture onto the card; those beside it are left out. */
export function layOut(picture: Picture, toCard: Matrix, lines: readonly Line[], engine: Engine): Page {
  const placed = lines.map((line) => ({ quad: mapQuad(toCard, line.quad), reading: line.reading }))
  return { picture, toCard, engine, lines: placed.filter(isOnCard), zones: new Map() }
}

function isOnCard(line: Line): boolean {
  const [u, v] = centreOf(line.quad)
  return u > -30 && u < 1030 && v > -30 && v < 661
}

/** The same character nearer to another box's than this is the same one; two in print are 30 apart. */
const TWIN = 24

/** How near to the picture's edge a line is cut by it, in heights of the line. */
const EDGE = 0.2

/** Whether the picture's edge goes through a line between two heights: what lay beyond it is not known. */
export function isCut({ picture, toCard, lines }: Page, top: number, bottom: number): boolean {
  const beside = lines.filter((line) => top < centreOf(line.quad)[1] && centreOf(line.quad)[1] < bottom).map((line) => fromCard(toCard, line.quad))
  return beside.some((quad) => {
    const near = EDGE * distance(quad[0], quad[3])
    return quad.some(([x, y]) => [x, y, x - picture.width, y - picture.height].some((away) => Math.abs(away) < near))
  })
}

/** Where each character of a line stands; spaces are dropped. */
export function placedOf(line: Line): Placed[] {
  const [start, end] = [leftMiddle(line.quad), rightMiddle(line.quad)]
  return line.reading
    .filter((one) => one.text.trim())
    .map((one) => ({
      text: one.text,
      confidence: one.confidence,
      u: start[0] + one.at * (end[0] - start[0]),
      v: start[1] + one.at * (end[1] - start[1]),
    }))
}

/** Characters of the lines whose middle lies within `reach` of a row, from left to right. */
export function rowOf(page: Page, middle: number, reach: number, left: number, right: number): Placed[] {
  const rows = page.lines.filter((line) => Math.abs(centreOf(line.quad)[1] - middle) <= reach).map(placedOf)
  return joined(rows).filter((place) => left <= place.u && place.u <= right)
}

/** Characters of several lines from left to right; one that two boxes hold (a label's, and its value's) counts once. */
export function joined(lines: readonly (readonly Placed[])[]): Placed[] {
  const isTwin = (one: Placed, other: Placed): boolean => one.text === other.text && Math.abs(one.u - other.u) < TWIN
  const kept = lines.map((line, n) => line.filter((place) => !lines.slice(0, n).some((earlier) => earlier.some((other) => isTwin(place, other)))))
  return kept.flat().sort((a, b) => a.u - b.u)
}

/** The characters put together (or the value made of them) with their certainty; null for nothing. */
export function fieldOf(places: readonly Placed[], value?: string): Field | null {
  const text = value ?? places.map((place) => place.text).join('')
  if (places.length === 0 || !text) return null
  const certain = places.map((place) => place.confidence)
  return {
    value: text,
    confidence: certain.reduce((sum, one) => sum + one, 0) / certain.length,
    weakest: Math.min(...certain),
    ...(value === undefined ? { characters: places } : {}),
  }
}

const stripOf = (page: Page, zone: Zone): Strip => cutStrip(page.picture, fromCard(page.toCard, quadOf(zone)))

/** Read a zone without looking for lines in it first. The same zone is read once, also when its page was bettered meanwhile. */
export function readZone(page: Page, zone: Zone, alphabet?: string): Promise<Reading> {
  const key = `${zone.join()} ${alphabet ?? ''}`
  const reading = page.zones.get(key) ?? readPart(page, zone, alphabet)
  page.zones.set(key, reading)
  return reading
}

async function readPart(page: Page, zone: Zone, alphabet: string | undefined): Promise<Reading> {
  const { part, share } = printedPart(stripOf(page, zone))
  const [reading] = await page.engine.readStrips([part], alphabet)
  return reading!.map((one) => ({ ...one, at: share(one.at) }))
}

let common: { text: string; set: ReadonlySet<string> } | null = null

function commonSet(): { text: string; set: ReadonlySet<string> } {
  if (common) return common
  const decoder = new TextDecoder('gb2312')
  const pairs: number[] = []
  for (let row = 0xb0; row < 0xf8; row++) for (let cell = 0xa1; cell < 0xff; cell++) pairs.push(row, cell)
  const han = decoder.decode(Uint8Array.from(pairs)).replace(/[^\u3400-\u9fff]/g, '')
  const text = `0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-#()（）${han}`
  common = { text, set: new Set(text) }
  return common
}

/** Digits, capitals and the 6,763 characters of GB 2312. */
export const commonCharacters = (): string => commonSet().text
export const isCommon = (text: string): boolean => [...text].every((character) => commonSet().set.has(character))
