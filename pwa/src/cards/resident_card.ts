/**
 * The resident identity card (居民身份证, GA 490), portrait side ("front") and emblem side ("back").
 * Twin of ocr/cards/resident_card.py: the same marks, zones and patterns; tests/vectors/cards holds both to the same pages.
 */
import type { CardSide, Fields } from './card_types'
import { isDate } from './number'
import { fieldOf, isCut, joined, placedOf, readZone, rowOf, commonCharacters, isCommon, type Field, type Page, type Placed } from './page'
import { GROUPS, nearestGroup } from './ethnic_groups'
import type { Mark } from './plane'
import { centreOf, compact, confidenceOf, leftMiddle, rightMiddle, textOf, weakestOf, type Reading, type Zone } from './readings'

const NUMBER_ZONE: Zone = [335, 515, 904, 567]
const FRONT_MARKS: readonly Mark[] = [
  { text: '公民身份号码', zone: [58, 524, 266, 567] },
  { text: '姓名', zone: [57, 79, 137, 124] },
  { text: '性别', zone: [57, 156, 137, 200] },
  { text: '民族', zone: [288, 155, 367, 200] },
  { text: '出生', zone: [58, 229, 137, 272] },
  { text: '住址', zone: [58, 308, 137, 352] },
  // What is printed tells its place as well as a label does, and is darker.
  { text: '#number', zone: NUMBER_ZONE, pattern: /^[0-9OIlBXxSZ]{18}$/, endsKnown: true },
  // Glare takes digits at the end; the others still stand where they stand.
  ...[15, 16, 17].map((n): Mark => ({ text: '#number', zone: [335, 515, 335 + (569 * n) / 18, 567], pattern: new RegExp(`^[0-9]{${n}}$`), endsKnown: true })),
  { text: '#birth', zone: [175, 229, 475, 272], pattern: /^(?:(?:18|19|20)\d\d.{0,2}\d{1,2}.{0,2}月.*|(?:18|19|20)\d\d年.*)$/ },
  { text: '#sex', zone: [173, 157, 221, 200], pattern: /^[男女]$/, endsKnown: true },
  { text: '#sex row', zone: [173, 157, 452, 200], pattern: /^[男女].{1,7}$/ },
  { text: '#address', zone: [173, 308, 602, 352], pattern: /^[^0-9]{2,}(?:省|市|区|县|州|旗).*$/ },
]
const BACK_MARKS: readonly Mark[] = [
  { text: '中华人民共和国', zone: [307, 105, 788, 181] },
  { text: '居民身份证', zone: [270, 209, 831, 315] },
  { text: '签发机关', zone: [197, 440, 344, 488] },
  { text: '有效期限', zone: [197, 520, 344, 566] },
]
const [NAME_ROW, SEX_ROW, BIRTH_ROW, ADDRESS_ROW, ADDRESS_END] = [101, 178, 250, 330, 492] as const
const [AUTHORITY_ROW, VALID_ROW] = [464, 543] as const
/** Labels end at 137, values begin at 173; the portrait begins at about 640. */
const [FRONT_VALUES, FRONT_END, BACK_VALUES, BACK_END] = [155, 640, 372, 960] as const
const HAN = '\\u3400-\\u9fff\\uf900-\\ufaff\\u{20000}-\\u{323af}〇'
const NAME_CHARACTER = new RegExp(`^[${HAN}·•・]$`, 'u')
const HAN_CHARACTER = new RegExp(`^[${HAN}]$`, 'u')
const HAN_WITHIN = new RegExp(`[${HAN}]`, 'u')
/** Lines of an address begin below each other at 175 or so, and are broken after 420 to 450 units; a character takes 40. */
const [LATEST_START, LEAST_END, WIDEST_STEP] = [225, 520, 68] as const
/** Half of the way from one line of an address to the next. */
const HALF_ROW = 27
/** From the middle of a name's last character to the end of its line: half a character and the room around the line. */
const WIDEST_END = 52
const DATE = /((?:18|19|20)\d{2})年(\d{1,2})月(\d{1,2})(日?)/
const TERM = /((?:19|20)\d{2})\.?(\d{2})\.?(\d{2})[-—–~一]*((?:20\d{2})\.?(\d{2})\.?(\d{2})|长期)/

const present = (fields: Record<string, Field | null>): Fields => Object.fromEntries(Object.entries(fields).filter(([, field]) => field !== null))

async function readFront(page: Page): Promise<Fields> {
  return present({
    name: await readName(page),
    sex: await readSex(page),
    ethnicity: await readEthnicity(page),
    birth: readBirth(page),
    address: await readAddress(page),
  })
}

/** A zone's reading, if it is certain enough to stand without a line having been found there. */
function sure(reading: Reading, pattern: RegExp, least = 0.6): Field | null {
  const value = compact(textOf(reading))
  if (weakestOf(reading) < least || !pattern.test(value)) return null
  return { value, confidence: confidenceOf(reading), weakest: weakestOf(reading) }
}

/** What follows a label in a row; the row itself where the label was not read. */
function afterLabel(places: Placed[], label: string): Placed[] {
  const at = places.map((place) => place.text).join('').indexOf(label)
  return at >= 0 ? places.slice(at + label.length) : places
}

async function readName(page: Page): Promise<Field | null> {
  const row = afterLabel(rowOf(page, NAME_ROW, 36, 30, FRONT_END), '姓名').filter((place) => place.u > FRONT_VALUES && NAME_CHARACTER.test(place.text))
  const read = fieldOf(row) ?? sure(await readZone(page, [166, 72, 520, 132]), new RegExp(`^[${HAN}·]{2,20}$`, 'u'))
  const field = read && { ...read, value: read.value.replace(/[•・]/g, '·') }
  return field && (isCut(page, NAME_ROW - 36, NAME_ROW + 36) || lacksCharacter(page, row)) ? doubtful(field) : field
}

/**
 * Whether the line of the name has room for a character that was not read: a rare one is lost without a trace, and the
 * others stay sure of themselves.
 */
function lacksCharacter(page: Page, row: readonly Placed[]): boolean {
  const last = row.at(-1)
  if (!last) return true // read from its zone: there is no line to judge by
  const ends = page.lines.filter((line) => Math.abs(centreOf(line.quad)[1] - NAME_ROW) <= 36 && leftMiddle(line.quad)[0] < FRONT_END - 40).map((line) => rightMiddle(line.quad)[0])
  const endsEarly = Math.min(FRONT_END, Math.max(...ends)) - last.u > WIDEST_END
  return endsEarly || hasGap(row)
}

/** Whether a row begins late, or has room for a character between two others. */
const hasGap = (row: readonly Placed[]): boolean => row[0]!.u > LATEST_START || row.some((place, n) => n > 0 && place.u - row[n - 1]!.u > WIDEST_STEP)

async function readSex(page: Page): Promise<Field | null> {
  const row = rowOf(page, SEX_ROW, 36, 140, 300).filter((place) => place.text === '男' || place.text === '女')
  if (row.length === 1) return fieldOf(row)
  // A single character is the first thing that detection overlooks.
  return sure(await readZone(page, [166, 150, 236, 206], '男女'), /^[男女]$/)
}

async function readEthnicity(page: Page): Promise<Field | null> {
  const row = rowOf(page, SEX_ROW, 36, 260, FRONT_END)
  const labelled = afterLabel(row, '民族')
  const kept = labelled.length < row.length ? labelled : row.filter((place) => place.u > 385)
  const group = nearestGroup(kept.map((place) => place.text).join(''))
  if (group) return fieldOf(kept, group)
  // One of 56 is a good guess sooner than any text is; it keeps its low certainty. Read with its label first: a plane that
  // was fitted to few lines may be half a character off here.
  const reading = await readZone(page, [276, 150, 560, 206], `民族${GROUPS.join('')}`)
  const at = textOf(reading).indexOf('民族')
  const value = at >= 0 ? reading.slice(at + 2) : await readZone(page, [394, 150, 560, 206], GROUPS.join(''))
  const field = sure(value, /^.{1,4}$/, 0.3)
  return field && GROUPS.includes(field.value) ? field : null
}

function readBirth(page: Page): Field | null {
  const row = rowOf(page, BIRTH_ROW, 36, FRONT_VALUES, FRONT_END)
  const match = DATE.exec(row.map((place) => place.text).join(''))
  if (!match) return null
  const value = `${match[1]}-${match[2]!.padStart(2, '0')}-${match[3]!.padStart(2, '0')}`
  const field = isDate(value) ? fieldOf(row.slice(match.index, match.index + match[0].length), value) : null
  // Without 日 at its end a day may have lost a digit.
  return field && !match[4] ? doubtful(field) : field
}

const meanV = (places: readonly Placed[]): number => places.reduce((sum, place) => sum + place.v, 0) / places.length

/** All lines of the address, put together as the card breaks them: without spaces. */
async function readAddress(page: Page): Promise<Field | null> {
  const rows: Placed[][] = []
  const lines = page.lines
    .filter((line) => {
      const v = centreOf(line.quad)[1]
      return v > ADDRESS_ROW - 30 && v < ADDRESS_END && leftMiddle(line.quad)[0] < 560
    })
    .sort((a, b) => centreOf(a.quad)[1] - centreOf(b.quad)[1])
  for (const line of lines) {
    const kept = afterLabel(placedOf(line), '住址').filter((place) => place.u > FRONT_VALUES && place.u < FRONT_END + 30)
    if (kept.length === 0) continue
    const last = rows.at(-1)
    if (last && Math.abs(meanV(last) - meanV(kept)) < 22) rows[rows.length - 1] = joined([last, kept])
    else rows.push(kept)
  }
  const all = [...rows, ...(await continued(page, rows))]
  for (const [n, row] of all.entries()) all[n] = await fuller(page, row, n === all.length - 1)
  const field = fieldOf(all.flat())
  const startsLate = all.length > 0 && meanV(all[0]!) > ADDRESS_ROW + HALF_ROW
  const hasHoles = isCut(page, ADDRESS_ROW - 30, ADDRESS_END) || startsLate || all.some((row, n) => hasHole(row, n === all.length - 1))
  return field && (hasHoles || !isCommon(field.value)) ? doubtful(field) : field
}

/**
 * Whether something must stand where nothing was read: at the beginning, within, or at the end of a full line. Glare and
 * shadows take characters away and leave the others sure of themselves.
 */
function hasHole(row: readonly Placed[], isLast: boolean): boolean {
  const end = row.at(-1)!
  // 3-2-1502 is a whole door; 2单元1502 has lost its 室, or must be looked at.
  const endsEarly = isLast ? /(?<![\d-])\d+$/.test(row.map((place) => place.text).join('')) : end.u < LEAST_END
  return endsEarly || hasGap(row)
}

/** The row read whole from its place, where the lines that were found leave a hole. */
async function fuller(page: Page, row: Placed[], isLast: boolean): Promise<Placed[]> {
  if (!hasHole(row, isLast)) return row
  const [left, right, middle] = [FRONT_VALUES + 5, FRONT_END, meanV(row)]
  const reading = await readZone(page, [left, middle - 26, right, middle + 26], commonCharacters())
  const whole = reading.filter((one) => one.text.trim()).map((one) => ({ text: one.text, confidence: one.confidence, u: left + one.at * (right - left), v: middle }))
  return whole.length <= row.length || weakestOf(reading) < 0.5 ? row : whole
}

/** The value as read, to be read again, and never offered as sure. */
const doubtful = (field: Field): Field => ({ ...field, confidence: Math.min(field.confidence, 0.5), weakest: 0 })

/** A last short row (号, 1室) that detection overlooked, read from where it must stand. */
async function continued(page: Page, rows: readonly Placed[][]): Promise<Placed[][]> {
  const last = rows.at(-1)
  if (!last || rows.length > 2 || last.at(-1)!.u < 500) return []
  const pitch = rows.length > 1 ? (meanV(last) - meanV(rows[0]!)) / (rows.length - 1) : 54
  const middle = meanV(last) + pitch
  if (middle > ADDRESS_END - 10) return []
  const reading = await readZone(page, [166, middle - 25, 420, middle + 25], commonCharacters())
  const text = compact(textOf(reading))
  // Patterns of an empty zone read as letters; what goes on from the row before is 号, 1室, or a number's last digits.
  const goesOn = HAN_WITHIN.test(text) || (/^\d+$/.test(text) && /[\d-]/.test(last.at(-1)!.text))
  if (weakestOf(reading) < 0.7 || !goesOn) return []
  return [reading.filter((one) => one.text.trim()).map((one) => ({ text: one.text, confidence: one.confidence, u: 166 + one.at * 254, v: middle }))]
}

async function readBack(page: Page): Promise<Fields> {
  return present({ authority: readAuthority(page), valid: readValid(page) })
}

function readAuthority(page: Page): Field | null {
  const row = afterLabel(rowOf(page, AUTHORITY_ROW, 36, 180, BACK_END), '签发机关')
  const field = fieldOf(row.filter((place) => place.u > BACK_VALUES && HAN_CHARACTER.test(place.text)))
  // Every authority is some 局; without it the line was cut off.
  return !field || (field.value.endsWith('局') && isCommon(field.value)) ? field : doubtful(field)
}

function readValid(page: Page): Field | null {
  const row = rowOf(page, VALID_ROW, 36, BACK_VALUES - 10, BACK_END)
  const match = TERM.exec(compact(row.map((place) => place.text).join('')))
  if (!match) return null
  const start = `${match[1]}.${match[2]}.${match[3]}`
  const end = match[4] === '长期' ? match[4] : `${match[4]!.slice(0, 4)}.${match[5]}.${match[6]}`
  const field = fieldOf(row, `${start}-${end}`)
  if (!field || !isDate(start.replaceAll('.', '-'))) return null
  return isUsualTerm(start, end) ? field : doubtful(field)
}

/** Cards are valid for 5, 10 or 20 years to the day (29 February ends on 28 February or 1 March), or for good. */
export function isUsualTerm(start: string, end: string): boolean {
  if (end === '长期') return true
  if (!isDate(end.replaceAll('.', '-'))) return false
  const sameDay = start.slice(5) === end.slice(5) || start.slice(5) === '02.29'
  return sameDay && [5, 10, 20].includes(Number(end.slice(0, 4)) - Number(start.slice(0, 4)))
}

const front: CardSide = {
  side: 'front',
  fields: ['name', 'sex', 'ethnicity', 'birth', 'address', 'id_number'],
  marks: FRONT_MARKS,
  leastMarks: 3,
  read: readFront,
  numberZone: NUMBER_ZONE,
  commonRows: [290, 500],
  cutOuts: {
    name: [160, 66, 500, 138],
    sex: [160, 146, 262, 210],
    ethnicity: [385, 146, 600, 210],
    birth: [160, 219, 560, 283],
    address: [160, 298, 640, 500],
    id_number: [320, 504, 940, 578],
  },
}
const back: CardSide = {
  side: 'back',
  fields: ['authority', 'valid'],
  marks: BACK_MARKS,
  leastMarks: 2,
  read: readBack,
  commonRows: [430, 500],
  cutOuts: { authority: [380, 430, 960, 498], valid: [380, 510, 860, 576] },
}
export const residentCard = { name: 'resident_card', sides: [front, back] } as const
