/** Reads a card: look, read by zones, look again on the straightened card when weak, judge the number. Twin of ocr/read.py. */
import { readAgain, WEAK } from './again'
import { type CardSide, type FieldName, type Fields } from './card_types'
import { largest, lookForCard, readLines, type Find } from './look'
import { invert, multiply, type Matrix } from './matrix'
import { birthOf, isNumber, judgeNumber, readNumber, seenNumbers, sexOf, SURE, type Judged, type NumberProblem } from './number'
import { layOut, type Field, type Page } from './page'
import { straighten } from './pixels'
import { CARD_HEIGHT, CARD_WIDTH, fitPlane, sight, widthPx } from './plane'
import { textOf, type Engine, type Picture, type Reading } from './readings'

/**
 * Text of a card that fills more than half of a photo's width is found at the first size, at a quarter of the hub's cost;
 * smaller ones need the others.
 */
const FIRST_LOOK = 416
const CLOSER_LOOKS = [800, 1600]
const STRAIGHT_LOOK = 960
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
    if (!find && Math.max(picture.width, picture.height) > size / 1.6) find = (await lookForCard(picture, engine, size)).find
  }
  if (!find) return noCard()
  const isRough = find.plane.sightings.length === 0
  const page = layOut(picture, find.plane.toCard, find.lines, engine)
  let draft: Draft = isRough
    ? { fields: {}, numbers: find.lines.map((line) => line.reading).filter((reading) => isNumber(textOf(reading))), judged: NOTHING }
    : await readPage(page, find.side, today, false)
  if (!isRough && isWeak(draft, find.side)) {
    draft = merge(draft, await readPage(await readAgain(page, find.side.commonRows), find.side, today, false), today)
  }
  let toCard = find.plane.toCard
  // A rare ethnic group alone is not worth a second look at the whole card: the models mostly do not know its characters.
  if (isRough || isWeak(draft, find.side, 'ethnicity')) {
    const straight = await lookStraight(picture, find, engine)
    if (!straight) return noCard()
    toCard = straight.toCard
    draft = merge(draft, await readPage(straight.page, find.side, today, find.side.numberZone !== undefined), today)
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
  if (judged.field && judged.field.weakest >= SURE) return { fields, numbers, judged }
  numbers.push(...(await readNumber(page, side.numberZone, thorough, (more) => (judge([...numbers, ...more]).field?.weakest ?? 0) >= SURE)))
  return { fields, numbers, judged: judge(numbers) }
}

/** Whether a second pass could better something. */
function isWeak(draft: Draft, side: CardSide, besides?: FieldName): boolean {
  if (side.numberZone && !draft.judged.field) return true
  return side.fields.some((name) => name !== 'id_number' && name !== besides && (draft.fields[name]?.weakest ?? 0) < WEAK)
}

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
  const lines = await readLines(straight, largest(await engine.findBoxes(straight, STRAIGHT_LOOK)), 0, engine)
  const plane = fitPlane(sight(lines, find.side.marks), 2)
  if (!plane && find.plane.sightings.length === 0) return null
  const matrix = plane?.toCard ?? invert(zoom)
  const page = await readAgain(layOut(straight, matrix, lines, engine), find.side.commonRows)
  return { page, toCard: multiply(matrix, toStraight) }
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
