import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { fold } from '../encounters/fold'
import type { Document } from '../encounters/types'
import { boardGroup, boardOrder, summarize, type EncounterSummary, type VitalFields } from './rules'

interface Vector {
  name: string
  vital_fields: VitalFields
  documents: Document[]
  claims: Record<string, unknown>
  expected: EncounterSummary
}

const FOLDER = `${process.cwd()}/../tests/vectors/board`
const read = <T>(file: string): T => JSON.parse(readFileSync(`${FOLDER}/${file}`, 'utf-8')) as T
const vectors = readdirSync(FOLDER)
  .filter((file) => file.startsWith('summary_'))
  .map((file) => [file, read<Vector>(file)] as const)
const order = read<{ group: string; summary: EncounterSummary }[]>('order.json')

describe('the summary', () => {
  it.each(vectors)('%s: is what both sides agreed on', (_file, vector) => {
    const summary: unknown = JSON.parse(JSON.stringify(summarize(fold(vector.documents), vector.vital_fields)))
    expect(summary).toEqual(vector.expected)
    expect(summary).toMatchObject(vector.claims)
  })
})

describe('the board', () => {
  it('shows who comes next first and the finished last', () => {
    const summaries = order.map((row) => row.summary)
    expect(boardOrder([...summaries].reverse())).toEqual(summaries)
    expect(summaries.map(boardGroup)).toEqual(order.map((row) => row.group))
  })
})
