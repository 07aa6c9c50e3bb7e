/**
 * Reads doubtful lines of a page again, cut with a little more room, and lets the readings vote character by character:
 * a few strips more are a tenth of a second look at everything. Twin of ocr/again.py.
 */
import { cutStrip } from './pixels'
import { commonCharacters, isCommon, type Page } from './page'
import { fromCard } from './plane'
import { centreOf, distance, textOf, weakestOf, type Character, type Line, type Point, type Quad, type Reading } from './readings'

/** A line whose least certain character is below this is read again. */
export const WEAK = 0.85
const MARGIN = 0.08
/** Readings that agree are at most this sure together, if none of them is surer by itself. */
const AGREED = 0.9
/** What a reading that has nothing at a place says there: little, since what blurs is lost more often than invented. */
const SILENCE = 0.35

type Rows = readonly [number, number] | undefined

/** The page with its doubtful lines as their readings vote; rare characters have no vote between `commonRows`. */
export async function readAgain(page: Page, commonRows: Rows): Promise<Page> {
  const better = new Map<Line, Line>()
  for (const isEveryday of [false, true]) {
    const chosen = page.lines.filter((line) => isDoubtful(line, commonRows) && wantsCommon(line, commonRows) === isEveryday)
    if (chosen.length === 0) continue
    const strips = chosen.map((line) => cutStrip(page.picture, widened(fromCard(page.toCard, line.quad))))
    const read = await page.engine.readStrips(strips, isEveryday ? commonCharacters() : undefined)
    chosen.forEach((line, n) => {
      const isRare = isEveryday && !isCommon(textOf(line.reading))
      better.set(line, { quad: line.quad, reading: vote(isRare ? [read[n]!] : [line.reading, read[n]!]) })
    })
  }
  return { ...page, lines: page.lines.map((line) => better.get(line) ?? line) }
}

const wantsCommon = (line: Line, rows: Rows): boolean => rows !== undefined && rows[0] < centreOf(line.quad)[1] && centreOf(line.quad)[1] < rows[1]
/** Whether a line wants another reading; one that read as nothing is mostly a pattern. */
const isDoubtful = (line: Line, rows: Rows): boolean => line.reading.length > 0 && (weakestOf(line.reading) < WEAK || (wantsCommon(line, rows) && !isCommon(textOf(line.reading))))

/** The quad with a margin on all sides, in heights. */
function widened(quad: Quad): Quad {
  const height = (distance(quad[0], quad[3]) + distance(quad[1], quad[2])) / 2
  const length = (distance(quad[0], quad[1]) + distance(quad[3], quad[2])) / 2
  const [along, across] = [(MARGIN * height) / Math.max(1, length), MARGIN]
  const at = (u: number, v: number): Point => {
    const side = (a: Point, b: Point, share: number): Point => [a[0] + (b[0] - a[0]) * share, a[1] + (b[1] - a[1]) * share]
    return side(side(quad[0], quad[1], u), side(quad[3], quad[2], u), v)
  }
  return [at(-along, -across), at(1 + along, -across), at(1 + along, 1 + across), at(-along, 1 + across)]
}

/** One reading out of several of the same line: the first one's characters, each against what the others have there. */
export function vote(readings: readonly Reading[]): Reading {
  const given = readings.filter((reading) => reading.length > 0)
  if (given.length < 2) return given[0] ?? []
  const [one, other] = [...given].sort((a, b) => b.length - a.length) as [Reading, Reading]
  return pairsOf(one, other).map(([here, there]) => elected(here, there))
}

function elected(here: Character, there: Character | null): Character {
  if (!there) return { ...here, confidence: (here.confidence * here.confidence) / (here.confidence + SILENCE) }
  if (here.text === there.text) {
    const agreed = 1 - (1 - here.confidence) * (1 - there.confidence)
    return { ...here, confidence: Math.max(here.confidence, there.confidence, Math.min(AGREED, agreed)) }
  }
  const winner = here.confidence >= there.confidence ? here : there
  return { ...winner, at: here.at, confidence: (winner.confidence * winner.confidence) / (here.confidence + there.confidence) }
}

/** Each character of the longer reading with that of the other which stands for it, by the fewest edits. */
function pairsOf(longer: Reading, other: Reading): [Character, Character | null][] {
  const [rows, columns] = [longer.length, other.length]
  const cost = Array.from({ length: rows + 1 }, (_, i) => Float64Array.from({ length: columns + 1 }, (_, j) => (i === 0 ? j : j === 0 ? i : 0)))
  for (let i = 1; i <= rows; i++) {
    for (let j = 1; j <= columns; j++) {
      const change = longer[i - 1]!.text === other[j - 1]!.text ? 0 : 1.1
      cost[i]![j] = Math.min(cost[i - 1]![j - 1]! + change, cost[i - 1]![j]! + 1, cost[i]![j - 1]! + 1)
    }
  }
  const pairs: [Character, Character | null][] = []
  for (let [i, j] = [rows, columns]; i > 0; ) {
    const change = j > 0 ? (longer[i - 1]!.text === other[j - 1]!.text ? 0 : 1.1) : Infinity
    if (j > 0 && cost[i]![j] === cost[i - 1]![j - 1]! + change) pairs.push([longer[--i]!, other[--j]!])
    else if (cost[i]![j] === cost[i - 1]![j]! + 1) pairs.push([longer[--i]!, null])
    else j--
  }
  return pairs.reverse()
}
