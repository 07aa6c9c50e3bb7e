/** Looks for a card in a picture: lines of text, which way they run, and which side of which card they are. Twin of ocr/look.py. */
import { areaOf } from './boxes'
import { cardTypes, type CardSide } from './card_types'
import { followsRule } from './number'
import { cutStrip } from './pixels'
import { fitPlane, mapQuad, planeOfLine, sight, type Plane } from './plane'
import { inReadingOrder, readingDirection } from './quads'
import { centreOf, distance, textOf, type Engine, type Line, type Picture, type Point, type Quad } from './readings'

/** A newspaper under the card must not cost seconds; a card has at most 20 lines. */
const MOST_LINES = 32
/** Lines are read at less than their width at first, which costs as much less; doubtful ones are read again at all of it. */
const SQUEEZE = 0.7
/** Boxes end a little early where the last character is thin (一, 二, 1): strips are longer by this share of a line's height. */
const LONGER = 0.3
/** A line this many times as long as it is high tells more than it costs. */
const LONG = 3.2
/** Lines that are read before it is asked whether the card is known: its number, birth date and address. */
const BATCH = 4
/** How far from its place, in card units, a value may lie on a plane fitted from long lines only. */
const NEAR = 14
/** A label is at most so long beside its value, and so far from it in heights of a line. */
const [LABEL_SHARE, LABEL_GAP] = [0.7, 2.5] as const
const FAR_AHEAD = '9999-12-31'

/** A side of a card, its plane in the picture, and all lines of the picture. */
export interface Find {
  side: CardSide
  plane: Plane
  lines: readonly Line[]
}
export interface Look {
  find: Find | null
  lines: readonly Line[]
}

const sides = (): CardSide[] => cardTypes.flatMap((type) => [...type.sides])

/** The longest side of a picture of this shape that has as many pixels as one of 4 to 3 with a longest side of `size`. */
const longestSide = ({ width, height }: Picture, size: number): number => size * Math.sqrt((3 / 4) * (Math.max(width, height) / Math.min(width, height)))

/** Lines of one direction that were read, and the boxes that were not. */
interface Begun {
  angle: number
  lines: Line[]
  rest: readonly Quad[]
}

/** Find the text, read it, and fit the sides of all card types; upside down too. */
export async function lookForCard(picture: Picture, engine: Engine, size: number): Promise<Look> {
  const found = largest(await engine.findBoxes(picture, longestSide(picture, size)))
  if (found.length === 0) return { find: null, lines: [] }
  const angle = readingDirection(found)
  const begun = await beginBothWays(picture, labelsLast(found, angle), angle, engine)
  const looks: Look[] = []
  for (const one of begun) {
    looks.push(await readUntilKnown(picture, one, engine))
    if (looks.at(-1)!.find || isUpright(looks.at(-1)!.lines)) break
  }
  // Upside-down text reads as a few doubtful characters, so the surer reading is the right way up.
  return looks.reduce((one, other) => (!one.find && (other.find || certainty(other.lines) > certainty(one.lines)) ? other : one))
}

/** A few long lines mostly tell which way is up; both ways, the surer first, when they do not. */
async function beginBothWays(picture: Picture, boxes: readonly Quad[], angle: number, engine: Engine): Promise<Begun[]> {
  const long = boxes.filter(isLong)
  const first = (long.length ? long : boxes).slice(0, BATCH)
  const rest = boxes.filter((box) => !first.includes(box))
  const begin = async (turned: number): Promise<Begun> => ({ angle: turned, lines: await readLines(picture, first, turned, engine), rest })
  const here = await begin(angle)
  if (isUpright(here.lines)) return [here]
  const there = await begin(angle + Math.PI)
  return certainty(there.lines) > certainty(here.lines) ? [there, here] : [here, there]
}

/**
 * Long lines first: they mostly tell the card and where it lies. Then only what stands where values stand is read; labels,
 * the portrait's edge and papers under the card are passed over. Without a card everything is read.
 */
async function readUntilKnown(picture: Picture, { angle, lines: read, rest }: Begun, engine: Engine): Promise<Look> {
  const lines = [...read]
  let left = rest
  let known = knownCard(lines)
  while (!known && left.some(isLong)) {
    const batch = left.filter(isLong).slice(0, BATCH)
    left = left.filter((box) => !batch.includes(box))
    lines.push(...(await readLines(picture, batch, angle, engine)))
    known = knownCard(lines)
  }
  const wanted = known ? left.filter((box) => isWhereValuesStand(known, box)) : left
  lines.push(...(await readLines(picture, wanted, angle, engine)))
  return { find: fitSides(lines), lines }
}

/** The card that lines tell with a mark more than it needs, or with its number, of which both ends are known. */
function knownCard(lines: readonly Line[]): Find | null {
  const find = fitSides(lines)
  if (!find || find.plane.sightings.length < find.side.leastMarks) return null
  return find.plane.sightings.length > find.side.leastMarks || find.plane.sightings.some(({ mark }) => mark.zone === find.side.numberZone) ? find : null
}

const isLong = (box: Quad): boolean => lengthOf(box) > LONG * breadthOf(box)
const lengthOf = (box: Quad): number => Math.max(distance(box[0], box[1]), distance(box[1], box[2]))
const breadthOf = (box: Quad): number => Math.min(distance(box[0], box[1]), distance(box[1], box[2]))

function isWhereValuesStand({ side, plane }: Find, box: Quad): boolean {
  const [u, v] = centreOf(mapQuad(plane.toCard, box))
  return Object.values(side.cutOuts).some(([left, top, right, bottom]) => left - NEAR < u && u < right + NEAR && top - NEAR < v && v < bottom + NEAR)
}

/**
 * A box with a much longer one close before or behind it in its row is a label, or a short value beside one: it tells less
 * than the others for what it costs, and comes after them.
 */
function labelsLast(boxes: readonly Quad[], angle: number): Quad[] {
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)]
  const isBeside = (box: Quad, other: Quad): boolean => {
    const [from, to] = [centreOf(other), centreOf(box)]
    const [x, y] = [to[0] - from[0], to[1] - from[1]]
    const gap = Math.abs(x * cos + y * sin) - (lengthOf(box) + lengthOf(other)) / 2
    return lengthOf(box) < LABEL_SHARE * lengthOf(other) && Math.abs(y * cos - x * sin) < breadthOf(other) / 2 && gap < LABEL_GAP * breadthOf(other)
  }
  const isLabel = (box: Quad): boolean => boxes.some((other) => isBeside(box, other))
  return [...boxes.filter((box) => !isLabel(box)), ...boxes.filter(isLabel)]
}

/** The boxes worth reading, in a fixed order. */
export const largest = (boxes: readonly Quad[]): Quad[] => [...boxes].sort((a, b) => areaOf(b) - areaOf(a)).slice(0, MOST_LINES)

/** All boxes as lines, also those that read as nothing: something is printed there. `squeeze` is the share of their width that is looked at. */
export async function readLines(picture: Picture, boxes: readonly Quad[], angle: number, engine: Engine, squeeze = SQUEEZE): Promise<Line[]> {
  const quads = boxes.map((box) => inReadingOrder(box, angle))
  const longer = quads.map((quad) => (LONGER * breadthOf(quad)) / Math.max(1, lengthOf(quad)))
  const readings = await engine.readStrips(quads.map((quad, n) => cutStrip(picture, lengthened(quad, longer[n]!), squeeze)))
  return quads.map((quad, n) => ({ quad, reading: readings[n]!.map((one) => ({ ...one, at: one.at * (1 + longer[n]!) })) }))
}

/** A quad that ends later by a share of its length. */
function lengthened([a, b, c, d]: Quad, share: number): Quad {
  const beyond = (from: Point, to: Point): Point => [to[0] + share * (to[0] - from[0]), to[1] + share * (to[1] - from[1])]
  return [a, beyond(a, b), beyond(d, c), d]
}

/** The side of a card that most marks speak for. */
export function fitSides(lines: readonly Line[]): Find | null {
  let best: Find | null = null
  for (const side of sides()) {
    const plane = fitPlane(sight(lines, side.marks), side.leastMarks)
    if (plane && plane.sightings.length > (best?.plane.sightings.length ?? 0)) best = { side, plane, lines }
  }
  return best ?? fitNumberOnly(lines)
}

/** A rough plane from a line that reads as a true number: in the dark it is often the only one that is read. */
function fitNumberOnly(lines: readonly Line[]): Find | null {
  for (const side of sides()) {
    if (!side.numberZone) continue
    for (const line of lines) {
      // The day is not known here; a future birth date is refused when the number is judged.
      if (!followsRule(textOf(line.reading), FAR_AHEAD)) continue
      const plane = planeOfLine(line, side.numberZone)
      if (plane) return { side, plane, lines }
    }
  }
  return null
}

/** The mean confidence over all characters. */
function certainty(lines: readonly Line[]): number {
  const counted = lines.flatMap((line) => line.reading.map((one) => one.confidence))
  return counted.length ? counted.reduce((sum, one) => sum + one, 0) / counted.length : 0
}

/** Whether the text reads so surely that it cannot be upside down. */
const isUpright = (lines: readonly Line[]): boolean =>
  lines.reduce((sum, line) => sum + line.reading.length, 0) >= 12 && certainty(lines) > 0.93
