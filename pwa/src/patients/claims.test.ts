import { describe, expect, it } from 'vitest'
import { fold } from '../encounters/fold'
import type { Body, Document } from '../encounters/types'
import { choiceOf, pastClaims, sourceWord } from './claims'
import { words } from './words'

const A = '01JD8Z0000000000000000000A'
const id = (n: number, kind = 'patient') => `encounter:${A}:${kind}:01JD8Z${String(n).padStart(20, '0')}`
const claim = (n: number, body: Body, supersedes: string | null = null, kind = 'patient'): Document => ({
  _id: id(n, kind), kind, schema: 1, occurred_at: `2026-11-21T09:0${n}:00.000Z`, author: { staff: 's-li', role: 'paramedic' }, supersedes, body,
})
const two = [claim(1, { name: '甲', source: 'card' }), claim(2, { name: '乙', source: 'told' })]

describe('claims of identity', () => {
  it('that differ are settled by a choice, which keeps the chosen words and their source', () => {
    const { body, supersedes } = choiceOf(two[0]!, fold(two).patients)
    const folded = fold([...two, claim(3, body, supersedes)])
    expect(folded.patients.map((one) => [one.name, one.source])).toEqual([['甲', 'card']])
  })
  it('are all listed with what became of them', () => {
    const { body, supersedes } = choiceOf(two[0]!, fold(two).patients)
    const documents = [...two, claim(3, body, supersedes), claim(4, { name: '丙' }), claim(5, { of: id(4) }, null, 'retraction')]
    expect(pastClaims(documents, fold(documents)).map((one) => [one.name, one.state])).toEqual([
      ['丙', 'retracted'], ['甲', 'stands'], ['乙', 'replaced'], ['甲', 'replaced'],
    ])
  })
  it('of three or more are settled at once', () => {
    const three = [...two, claim(3, { name: '丙' })]
    const { body, supersedes } = choiceOf(three[1]!, fold(three).patients)
    expect(fold([...three, claim(4, body, supersedes)]).patients.map((one) => one.name)).toEqual(['乙'])
  })
  it('of a source that this version does not know say so', () => {
    expect(sourceWord('constructor')).toBe(words.sourceOther)
    expect(sourceWord(null)).toBe(words.sourceOther)
  })
})
