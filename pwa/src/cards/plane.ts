/**
 * Finds a card's plane in a photograph from words that stand at known places on it. Twin of ocr/plane.py.
 * A card's own units are used everywhere: 1000 wide and 631 high (85.6 x 54 mm), whatever the photograph's size.
 */
import { apply, determinant, fitAffine, fitPerspective, fitRobustly, fitSimilarity, invert, type Matrix } from './matrix'
import { compact, distance, leftMiddle, rightMiddle, textOf, type Line, type Point, type Quad, type Zone } from './readings'

export const CARD_WIDTH = 1000
export const CARD_HEIGHT = 631
const CORNERS: Quad = [[0, 0], [CARD_WIDTH, 0], [CARD_WIDTH, CARD_HEIGHT], [0, CARD_HEIGHT]]
/** How far a mark may lie from its place, in card units: other printings and bent cards differ by that much. */
const TOLERANCE = 22

/**
 * Something printed at a known place: a word, or, with a pattern, whatever matches it whole.
 * `endsKnown` says that a line matching the pattern also ends where the zone ends.
 */
export interface Mark {
  text: string
  zone: Zone
  pattern?: RegExp
  endsKnown?: boolean
}

/** A mark seen in a line; `isWhole` when the line holds nothing else, so that its right end is known too. */
export interface Sighting {
  mark: Mark
  line: Line
  isWhole: boolean
}

/** The mapping from a photograph to a card, and the marks that speak for it. */
export interface Plane {
  toCard: Matrix
  sightings: readonly Sighting[]
}

/** Whether what was read begins with a mark; of a word of six two characters may be misread, of four one. */
export function begins(mark: Mark, text: string): boolean {
  if (mark.pattern) return mark.pattern.test(text)
  if (text.length < mark.text.length) return false
  const wrong = [...mark.text].filter((character, n) => character !== text[n]).length
  return wrong <= Math.floor(mark.text.length / 2) - 1
}

/** Lines that begin with a mark. */
export function sight(lines: readonly Line[], marks: readonly Mark[]): Sighting[] {
  return lines.flatMap((line) => {
    const text = compact(textOf(line.reading))
    const mark = marks.find((one) => begins(one, text))
    if (!mark) return []
    return [{ mark, line, isWhole: mark.pattern ? mark.endsKnown === true : text.length === mark.text.length }]
  })
}

/** Pairs of points (photograph, card), and the index of the sighting that each comes from. */
function pointsOf(sightings: readonly Sighting[]): { photo: Point[]; card: Point[]; owners: number[] } {
  const found = { photo: [] as Point[], card: [] as Point[], owners: [] as number[] }
  const add = (photo: Point, card: Point, owner: number) => {
    found.photo.push(photo)
    found.card.push(card)
    found.owners.push(owner)
  }
  sightings.forEach(({ mark, line, isWhole }, owner) => {
    const [left, top, right, bottom] = mark.zone
    add(leftMiddle(line.quad), [left, (top + bottom) / 2], owner)
    if (isWhole) add(rightMiddle(line.quad), [right, (top + bottom) / 2], owner)
  })
  return found
}

/** The plane that most marks agree on; null when fewer than `leastMarks` different ones do. */
export function fitPlane(sightings: readonly Sighting[], leastMarks: number): Plane | null {
  const { photo, card, owners } = pointsOf(sightings)
  if (photo.length < 3) return null
  const found = fitMatrix(photo, card)
  if (!found || !isPlausible(found.matrix)) return null
  const supporters = [...new Set(owners.filter((_, n) => found.good[n]))].map((n) => sightings[n]!)
  if (new Set(supporters.map((one) => one.mark.text)).size < leastMarks) return null
  return { toCard: found.matrix, sightings: supporters }
}

/** The rough plane of a line that is known to fill a zone: turned and scaled, without perspective. */
export function planeOfLine(line: Line, zone: Zone): Plane | null {
  const { photo, card } = pointsOf([{ mark: { text: '', zone }, line, isWhole: true }])
  const toCard = fitSimilarity(photo, card)
  return toCard && isPlausible(toCard) ? { toCard, sightings: [] } : null
}

const spread = (values: readonly number[]): number => Math.max(...values) - Math.min(...values)

/** The richest mapping that the points can carry: perspective, affine, or turn and scale only. */
function fitMatrix(photo: readonly Point[], card: readonly Point[]): { matrix: Matrix; good: boolean[] } | null {
  const [us, vs] = [card.map((p) => p[0]), card.map((p) => p[1])]
  const rows = new Set(vs.map((v) => Math.round(v / 10))).size
  // Perspective guessed from the left half alone runs wild at the right end.
  if (photo.length >= 6 && rows >= 3 && spread(vs) > 150 && spread(us) > 450) return fitRobustly(fitPerspective, 4, photo, card, TOLERANCE)
  if (photo.length >= 4 && rows >= 2 && spread(vs) > 100) return fitRobustly(fitAffine, 3, photo, card, TOLERANCE)
  return fitRobustly(fitSimilarity, 2, photo, card, TOLERANCE)
}

/** Whether a card seen by a camera can lie like this: not mirrored, not folded, not squeezed to a line. */
function isPlausible(toCard: Matrix): boolean {
  if (!toCard.every(Number.isFinite) || Math.abs(determinant(toCard)) < 1e-12) return false
  const corners = cornersOf(toCard)
  if (!corners.every((p) => p.every((value) => Math.abs(value) < 1e5))) return false
  const sides = corners.map((corner, n): Point => [corners[(n + 1) % 4]![0] - corner[0], corners[(n + 1) % 4]![1] - corner[1]])
  const turnsRight = sides.every((side, n) => side[0] * sides[(n + 1) % 4]![1] - side[1] * sides[(n + 1) % 4]![0] > 0)
  const [top, right, bottom, left] = sides.map((side) => Math.hypot(...side)) as [number, number, number, number]
  if (!turnsRight || Math.min(top, right, bottom, left) < 40) return false
  const ratio = (top + bottom) / (right + left)
  return ratio > 0.75 && ratio < 3.4 && Math.max(top / bottom, bottom / top, right / left, left / right) < 2.2
}

export const mapQuad = (matrix: Matrix, quad: Quad): Quad => quad.map((point) => apply(matrix, point)) as unknown as Quad
export const fromCard = (toCard: Matrix, quad: Quad): Quad => mapQuad(invert(toCard), quad)
export const quadOf = ([left, top, right, bottom]: Zone): Quad => [[left, top], [right, top], [right, bottom], [left, bottom]]
/** The card's corners in the photograph. */
export const cornersOf = (toCard: Matrix): Quad => fromCard(toCard, CORNERS)

/** The card's mean width in pixels of the photograph. */
export function widthPx(plane: Plane): number {
  const [a, b, c, d] = cornersOf(plane.toCard)
  return (distance(a, b) + distance(d, c)) / 2
}
