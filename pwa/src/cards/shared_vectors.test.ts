import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import type { FieldName } from './card_types'
import { fitSides } from './look'
import { judgeNumber } from './number'
import { layOut, type Field } from './page'
import { quadOf } from './plane'
import type { Character, Engine, Line, Quad, Reading, Zone } from './readings'
import { residentCard } from './resident_card'

const vectors = (name: string): unknown => JSON.parse(readFileSync(`${process.cwd()}/../tests/vectors/cards/${name}.json`, 'utf-8'))

interface Page {
  photo: string
  lines: { quad: Quad; characters: [string, number, number][] }[]
  side: string | null
  fields: Record<string, string>
}
interface Judgements {
  today: string
  cases: { why: string; readings: [string, number][]; birth: string | null; sex: string | null; number: string | null; problem: string | null }[]
}

/** Sees nothing more than what was recorded. */
const recorded: Engine = { findBoxes: async () => [], readStrips: async (strips) => strips.map(() => []) }
const blank = { width: 64, height: 64, data: new Uint8ClampedArray(64 * 64 * 4) }

async function fieldsOf(page: Page): Promise<{ side: string | null; fields: Record<string, string> }> {
  const lines = page.lines.map(({ quad, characters }): Line => ({ quad, reading: characters.map(([text, confidence, at]): Character => ({ text, confidence, at })) }))
  const find = fitSides(lines)
  if (!find) return { side: null, fields: {} }
  const fields = await find.side.read(layOut(blank, find.plane.toCard, find.lines, recorded))
  return { side: find.side.side, fields: Object.fromEntries(Object.entries(fields).map(([name, field]) => [name, field.value])) }
}

describe('a recorded page', () => {
  it.each(vectors('pages') as Page[])('gives the fields that the hub makes of it: $photo', async (page) => {
    expect(await fieldsOf(page)).toEqual({ side: page.side, fields: page.fields })
  })
})

interface DoubtCase {
  why: string
  field: FieldName
  lines: { zone: Zone; characters: [string, number, number][] }[]
  value: string
  is_doubtful: boolean
}

describe('a value', () => {
  it.each(vectors('doubts') as DoubtCase[])('is sure only when its lines have no room for more: $field, $why', async ({ field, lines, value, is_doubtful }) => {
    const read = lines.map(({ zone, characters }): Line => ({ quad: quadOf(zone), reading: characters.map(([text, confidence, at]): Character => ({ text, confidence, at })) }))
    const found = (await residentCard.sides[0].read(layOut(blank, [1, 0, 0, 0, 1, 0, 0, 0, 1], read, recorded)))[field]!
    expect([found.value, found.weakest === 0]).toEqual([value, is_doubtful])
  })
})

describe('readings of a number', () => {
  const { today, cases } = vectors('judgements') as Judgements
  const reading = (text: string, confidence: number): Reading => [...text].map((one, n) => ({ text: one, confidence, at: n / 18 }))
  const printed = (value: string | null): Field | undefined => (value === null ? undefined : { value, confidence: 0.99, weakest: 0.99 })
  it.each(cases)('are judged as on the hub: $why', ({ readings, birth, sex, number, problem }) => {
    const judged = judgeNumber(readings.map(([text, sure]) => reading(text, sure)), printed(birth), printed(sex), today)
    expect([judged.field?.value ?? null, judged.problem]).toEqual([number, problem])
  })
})
