/**
 * The rule by which a number read from a card may be believed: right in form, province, birth date and check character,
 * read surely or twice alike, and in agreement with what is printed beside it. Never repaired. Twin of ocr/number.py and
 * ocr/number_rule.py; tests/vectors/cards/numbers.json holds both to the same judgements.
 */
import { realDate } from '../encounters/age'
import { checkIdentityNumber } from '../encounters/identity_number'
import { cutStrip, STRIP_HEIGHT } from './pixels'
import { fromCard, quadOf } from './plane'
import type { Field, Page } from './page'
import { centreOf, compact, confidenceOf, leftMiddle, rightMiddle, textOf, weakestOf, type Quad, type Reading, type Zone } from './readings'
import { flattened, sharpened } from './treatments'

/** Below this a single reading is not enough: two of the same are asked for. */
export const SURE = 0.8
export const DIGITS = '0123456789X'
const NUMBER = /^[0-9]{17}[0-9X]$/
const EARLIEST_BIRTH = '1850-01-01'

export type NumberProblem = 'unreadable' | 'rule' | 'unsure' | 'ambiguous' | 'disagrees'
export type Judged = { field: Field; problem: null } | { field: null; problem: NumberProblem }

export const isSure = ({ field }: Judged): boolean => field !== null && field.weakest >= SURE
export const isDate = (text: string): boolean => realDate(text) !== null
export const isNumber = (text: string): boolean => NUMBER.test(text)
export const birthOf = (number: string): string => `${number.slice(6, 10)}-${number.slice(10, 12)}-${number.slice(12, 14)}`
export const sexOf = (number: string): string => (Number(number[16]) % 2 ? '男' : '女')

/** Whether form, province, birth date and check character are right. `today` is the date in China. */
export function followsRule(number: string, today: string): boolean {
  return NUMBER.test(number) && birthOf(number) >= EARLIEST_BIRTH && checkIdentityNumber(number, today).verdict === 'valid'
}

/** Accept a number that was read, never one that was made to fit. Two different ones that follow the rule refuse each other. */
export function judgeNumber(readings: readonly Reading[], birth: Field | undefined, sex: Field | undefined, today: string): Judged {
  const refuse = (problem: NumberProblem): Judged => ({ field: null, problem })
  const whole = readings.filter((reading) => compact(textOf(reading)).length === 18)
  const passing = whole.filter((reading) => followsRule(textOf(reading), today))
  if (passing.length === 0) return refuse(whole.length ? 'rule' : 'unreadable')
  const number = textOf(passing[0]!)
  if (passing.some((reading) => textOf(reading) !== number)) return refuse('ambiguous')
  const best = passing.reduce((one, other) => (weakestOf(other) > weakestOf(one) ? other : one))
  if (weakestOf(best) < SURE && passing.length < 2) return refuse('unsure')
  if (birth && birth.value !== birthOf(number)) return refuse('disagrees')
  if (sex && sex.value !== sexOf(number)) return refuse('disagrees')
  return { field: { value: number, confidence: confidenceOf(best), weakest: weakestOf(best) }, problem: null }
}

/** What the page's lines at the zone say already, read with all characters allowed. */
export function seenNumbers(page: Page, zone: Zone): Reading[] {
  const middle = (zone[1] + zone[3]) / 2
  return page.lines
    .filter((line) => Math.abs(centreOf(line.quad)[1] - middle) < 40 && leftMiddle(line.quad)[0] < 520)
    .map((line) => line.reading)
    .filter((reading) => isNumber(textOf(reading)))
}

/** Where the number stands in the page's picture: detected lines near the zone, and the zone itself. */
function numberQuads(page: Page, [left, top, right, bottom]: Zone): Quad[] {
  const middle = (top + bottom) / 2
  const detected = page.lines
    .filter((line) => line.reading.length > 0)
    .map((line) => line.quad)
    .filter((quad) => Math.abs(centreOf(quad)[1] - middle) < 40 && rightMiddle(quad)[0] > 600 && leftMiddle(quad)[0] < 520)
    .map((quad) => clipLeft(quad, left - 22))
  return [...detected, quadOf([left - 14, top - 4, right + 14, bottom + 4])].map((quad) => fromCard(page.toCard, quad))
}

/** The quad without what lies left of `left` (the label, when a line holds both). */
function clipLeft(quad: Quad, left: number): Quad {
  const clip = (start: Quad[number], end: Quad[number]): Quad[number] =>
    start[0] < left && left < end[0] ? [left, start[1] + ((end[1] - start[1]) * (left - start[0])) / (end[0] - start[0])] : start
  return [clip(quad[0], quad[1]), quad[1], quad[2], clip(quad[3], quad[2])]
}

/**
 * Readings of the number's strip, digits only, one for each place; the thorough way also with contrast and edges raised.
 * Places are read until `isEnough` says so.
 */
export async function readNumber(page: Page, zone: Zone, thorough: boolean, isEnough: (readings: readonly Reading[]) => boolean): Promise<Reading[]> {
  const readings: Reading[] = []
  for (const quad of numberQuads(page, zone)) {
    const strip = cutStrip(page.picture, quad)
    readings.push(...(await page.engine.readStrips(thorough ? [strip, flattened(strip, STRIP_HEIGHT), sharpened(strip, STRIP_HEIGHT)] : [strip], DIGITS)))
    if (isEnough(readings)) break
  }
  return readings
}
