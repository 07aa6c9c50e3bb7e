/** Reads a card: look, read by zones, look again on the straightened card when weak, judge the number. Twin of ocr/read.py. */
import { readAgain, WEAK } from './again'
import { type CardSide, type FieldName, type Fields } from './card_types'
import { largest, lookForCard, readLines, type Find } from './look'
import { invert, multiply, type Matrix } from './matrix'
import { birthOf, isNumber, isSure, judgeNumber, readNumber, seenNumbers, sexOf, type Judged, type NumberProblem } from './number'
import { layOut, type Field, type Page } from './page'
import { straighten } from './pixels'
import { CARD_HEIGHT, CARD_WIDTH, fitPlane, mapQuad, sight, widthPx } from './plane'
import { inReadingOrder } from './quads'
import { centreOf, distance, leftMiddle, rightMiddle, textOf, weakestOf, type Engine, type Line, type Picture, type Quad, type Reading, type Zone } from './readings'

/**
 * Text of a card that fills more than half of a photo's width is found at the first size, at a quarter of the hub's cost;
 * smaller ones need the others.
 */
export const FIRST_LOOK = 416
const CLOSER_LOOKS = [800, 1600]
/** A picture this many times smaller than a look holds nothing more for it. */
const LEAST_GAIN = 1.6
const STRAIGHT_LOOK = 960
/** Pixels for a card unit where weak fields are looked for again. */
const CLOSE_SCALE = 1.1
/** A line that was read as surely is not read anew on the straightened card; its ends may differ by this share of its height. */
const CERTAIN = 0.95
const SAME = 0.5
const SMALL_PX = 600
const MARGIN = 30

export type CardProblem = 'no_card' | 'small' | 'missing' | NumberProblem

export interface ReadCard {
  side: 'front' | 'back' | null
  fields: Fields
  problems: CardProblem[]
  /** From the picture to card units, for the cut-outs; null without a card. */
  toCard: Matrix | null
  widthPx: number
}

/** What is known of a card so far. */
interface Draft {
  fields: Fields
  numbers: Reading[]
  judged: Judged
}
const NOTHING: Judged = { field: null, problem: 'unreadable' }

/** `today` is the date in China. A picture without a card is no error: side is null, and problems say so. */
export async function readCard(picture: Picture, engine: Engine, today: string): Promise<ReadCard> {
  let { find } = await lookForCard(picture, engine, FIRST_LOOK)
  for (const size of CLOSER_LOOKS) {
    if (find || Math.max(picture.width, picture.height) < size / LEAST_GAIN) break
    find = (await lookForCard(picture, engine, size)).find
  }
  if (!find) return noCard()
  const isRough = find.plane.sightings.length === 0
  let page = layOut(picture, find.plane.toCard, find.lines, engine)
  let draft: Draft = isRough
    ? { fields: {}, numbers: find.lines.map((line) => line.reading).filter((reading) => isNumber(textOf(reading))), judged: NOTHING }
    : await readPage(page, find.side, today, false)
  if (!isRough && weakFields(draft, find.side).length > 0) {
    page = await readAgain(page, find.side.commonRows)
    draft = merge(draft, await readPage(page, find.side, today, false), today)
  }
  let toCard = find.plane.toCard
  const weak = weakFields(draft, find.side)
  if (isRough || weak.some((name) => isLost(name, draft))) {
    const straight = await lookStraight(picture, find, engine)
    if (!straight) return noCard()
    toCard = straight.toCard
    draft = merge(draft, await readPage(straight.page, find.side, today, find.side.numberZone !== undefined), today)
  } else if (weak.some((name) => name !== 'ethnicity')) {
    const { fields } = await readPage(await lookCloser(page, find.side, weak), find.side, today, false)
    draft = merge(draft, { fields, numbers: [], judged: NOTHING }, today)
  }
  return conclude(draft, find, toCard)
}

const noCard = (): ReadCard => ({ side: null, fields: {}, problems: ['no_card'], toCard: null, widthPx: 0 })

async function readPage(page: Page, side: CardSide, today: string, thorough: boolean): Promise<Draft> {
  const fields = await side.read(page)
  if (!side.numberZone) return { fields, numbers: [], judged: NOTHING }
  const numbers = seenNumbers(page, side.numberZone)
  const judge = (all: readonly Reading[]): Judged => judgeNumber(all, fields.birth, fields.sex, today)
  const judged = judge(numbers)
  if (isSure(judged)) return { fields, numbers, judged }
  numbers.push(...(await readNumber(page, side.numberZone, thorough, (more) => isSure(judge([...numbers, ...more])))))
  return { fields, numbers, judged: judge(numbers) }
}

/** Fields that a second pass could better. */
function weakFields(draft: Draft, side: CardSide): FieldName[] {
  return side.fields.filter((name) => (name === 'id_number' ? !draft.judged.field : (draft.fields[name]?.weakest ?? 0) < WEAK))
}

/**
 * Whether the card must be looked at anew for a field: it was not found, or has a hole, and the plane may be to blame. A rare
 * ethnic group is not worth it: the models mostly do not know its characters. A name that may be longer is looked at closer.
 */
function isLost(name: FieldName, draft: Draft): boolean {
  if (name === 'id_number') return !draft.judged.field
  if (name === 'ethnicity') return false
  const field = draft.fields[name]
  return !field || (name === 'name' ? field.value.length < 2 : field.weakest === 0)
}

/**
 * The page with the places of some fields straightened, looked at closely and read at full width; its other lines stay. The
 * places of a name or an address are a fifth of a card, and cost as much less than a second look at all of it.
 */
async function lookCloser(page: Page, side: CardSide, names: readonly FieldName[]): Promise<Page> {
  const zones = names.flatMap((name) => (side.cutOuts[name] ? [side.cutOuts[name]] : []))
  const [left, top, right, bottom] = rowsOf(zones)
  const toPlaces: Matrix = [CLOSE_SCALE, 0, -left * CLOSE_SCALE, 0, CLOSE_SCALE, -top * CLOSE_SCALE, 0, 0, 1]
  const [width, height] = [Math.round((right - left) * CLOSE_SCALE), Math.round((bottom - top) * CLOSE_SCALE)]
  const places = straighten(page.picture, multiply(toPlaces, page.toCard), width, height)
  const toCard = invert(toPlaces)
  const lines = await readLines(places, largest(await page.engine.findBoxes(places, Math.max(width, height))), 0, page.engine, 1)
  const isInRows = (line: Line): boolean => zones.some((zone) => isInRow(line, zone))
  const read = lines.map(({ quad, reading }) => ({ quad: mapQuad(toCard, quad), reading })).filter(isInRows)
  const others = page.lines.filter((line) => !isInRows(line))
  return readAgain({ ...page, lines: [...others, ...read] }, side.commonRows)
}

/** Whether a line stands in the row of a zone, its label included: a box may hold a label and the first character of its value. */
function isInRow(line: Line, [, top, right, bottom]: Zone): boolean {
  const [u, v] = centreOf(line.quad)
  return u < right && top < v && v < bottom
}

/** The rows that zones stand in, labels and some room included. */
const rowsOf = (zones: readonly Zone[]): Zone => [
  0,
  Math.min(...zones.map((zone) => zone[1])) - MARGIN,
  Math.max(...zones.map((zone) => zone[2])) + MARGIN,
  Math.max(...zones.map((zone) => zone[3])) + MARGIN,
]

/**
 * The card straightened and read anew, on a plane that was fitted once more, with the mapping from the photograph.
 * Null when the first plane was a guess from one number, and no second mark speaks for a card.
 */
async function lookStraight(picture: Picture, find: Find, engine: Engine): Promise<{ page: Page; toCard: Matrix } | null> {
  const scale = Math.min(1.4, Math.max(1, widthPx(find.plane) / CARD_WIDTH))
  const zoom: Matrix = [scale, 0, MARGIN * scale, 0, scale, MARGIN * scale, 0, 0, 1]
  const [width, height] = [Math.round((CARD_WIDTH + 2 * MARGIN) * scale), Math.round((CARD_HEIGHT + 2 * MARGIN) * scale)]
  const toStraight = multiply(zoom, find.plane.toCard)
  const straight = straighten(picture, toStraight, width, height)
  const boxes = largest(await engine.findBoxes(straight, STRAIGHT_LOOK)).map((box) => inReadingOrder(box, 0))
  const sure = find.lines.filter((line) => weakestOf(line.reading) >= CERTAIN).map((line) => ({ ...line, quad: mapQuad(toStraight, line.quad) }))
  const known = boxes.map((box) => sure.find((line) => isSamePlace(line.quad, box)))
  const seen = boxes.flatMap((quad, n): Line[] => (known[n] ? [{ quad, reading: known[n].reading }] : []))
  const lines = [...seen, ...(await readLines(straight, boxes.filter((_, n) => !known[n]), 0, engine))]
  const plane = fitPlane(sight(lines, find.side.marks), 2)
  if (!plane && find.plane.sightings.length === 0) return null
  const matrix = plane?.toCard ?? invert(zoom)
  const page = await readAgain(layOut(straight, matrix, lines, engine), find.side.commonRows)
  return { page, toCard: multiply(matrix, toStraight) }
}

/** Whether two boxes of lines are of the same line: not one of another row, nor a part of it. */
function isSamePlace(one: Quad, other: Quad): boolean {
  const height = distance(other[0], other[3])
  const [left, right] = [distance(leftMiddle(one), leftMiddle(other)), distance(rightMiddle(one), rightMiddle(other))]
  return left < SAME * height && right < SAME * height
}

/** The surer reading of each field; all readings of the number. */
function merge(first: Draft, second: Draft, today: string): Draft {
  const fields = { ...first.fields }
  for (const [name, field] of Object.entries(second.fields) as [FieldName, Field][]) {
    const old = fields[name]
    if (!old || (name === 'name' ? isBetterName(field, old) : isBetter(field, old))) fields[name] = field
  }
  const numbers = [...first.numbers, ...second.numbers]
  return { fields, numbers, judged: judgeNumber(numbers, fields.birth, fields.sex, today) }
}

/** The longer one where characters were lost (a whole line of an address), else the surer one. */
function isBetter(one: Field, old: Field): boolean {
  const longer = one.value.length > old.value.length ? one : old
  if (Math.abs(one.value.length - old.value.length) >= 3 && longer.weakest >= 0.4) return longer === one
  return one.weakest >= old.weakest
}

/** A name that lost a character reads surely: it never takes the place of a longer or a doubted one. */
function isBetterName(one: Field, old: Field): boolean {
  if (one.value.length !== old.value.length) return one.value.length > old.value.length
  return old.weakest > 0 && one.weakest >= old.weakest
}

/** Birth and sex follow from an accepted number; what is missing is said. */
function conclude(draft: Draft, find: Find, toCard: Matrix): ReadCard {
  const fields = { ...draft.fields }
  const problems: CardProblem[] = []
  const { field: number, problem } = draft.judged
  if (find.side.numberZone && number) {
    const derived = (value: string): Field => ({ value, confidence: number.confidence, weakest: number.weakest })
    Object.assign(fields, { id_number: number, birth: derived(birthOf(number.value)), sex: derived(sexOf(number.value)) })
  } else if (find.side.numberZone && problem) problems.push(problem)
  if (find.side.fields.some((name) => name !== 'id_number' && !fields[name])) problems.push('missing')
  const width = widthPx({ toCard, sightings: [] })
  if (problems.length > 0 && width < SMALL_PX) problems.push('small')
  return { side: find.side.side, fields, problems, toCard, widthPx: width }
}
