import { describe, expect, it } from 'vitest'
import nihss from '@catalogue/scores/nihss.json'
import { fold } from '../encounters/fold'
import type { Document } from '../encounters/types'
import { changesBetween, pairOf, phaseOf, totalChange } from './compare_scores'
import type { ScoreDefinition } from './types'

const ENCOUNTER = '01JD8Z0000000000000000000A'
let made = 0
function said(kind: string, minute: number, body: Record<string, unknown>): Document {
  const at = new Date(Date.UTC(2026, 10, 21, 9, minute)).toISOString()
  const id = `encounter:${ENCOUNTER}:${kind}:01JD8Z000000000000000${String(++made).padStart(5, '0')}`
  return { _id: id, kind, schema: 1, occurred_at: at, recorded_at: at, author: { staff: 'zhao', role: 'doctor' }, body }
}
const scored = (minute: number, total: number | null, inputs: Record<string, unknown>, untestable?: string[]) =>
  said('score', minute, { score: 'nihss', inputs, result: { status: total === null ? 'incomplete' : 'complete', total, ...(untestable ? { untestable_items: untestable } : {}) } })
const folded = (...documents: Document[]) => fold([said('encounter', 0, { pathway: 'stroke' }), ...documents])
const items = (nihss as unknown as ScoreDefinition).items

describe('NIHSS before and after lysis', () => {
  const first = scored(10, 12, { '4': 2, '5a': 3, '9': 1 })
  const later = scored(50, 7, { '4': 2, '5a': 1, '9': 'UN' })
  it('is told apart by the time of the needle', () => {
    const record = folded(first, said('time_node', 30, { node: 'needle' }), later)
    expect(record.scores.nihss!.map((one) => phaseOf(one, record))).toEqual([
      { phase: 'before_lysis', by: 'needle' }, { phase: 'after_lysis', by: 'needle' },
    ])
  })
  it('has no phase while no needle is recorded, and the one that a person marked', () => {
    const mark = said('assessment', 60, { assessment: 'score_phase', of: later._id, phase: 'after_lysis' })
    const record = folded(first, later, mark)
    expect(record.scores.nihss!.map((one) => phaseOf(one, record).by)).toEqual([null, 'marked'])
  })
  it('pairs the last before with the last after', () => {
    const record = folded(first, scored(20, 14, {}), said('time_node', 30, { node: 'needle' }), scored(40, 10, {}), later)
    expect(pairOf(record.scores.nihss!, record)!.map((one) => one.result!.total)).toEqual([14, 7])
    expect(pairOf(folded(first).scores.nihss!, folded(first))).toBeNull()
  })
  it('shows each change, and none where an item was not a number both times', () => {
    const [before, after] = folded(first, later).scores.nihss! as [never, never]
    const changes = Object.fromEntries(changesBetween(items, before, after).map((one) => [one.item.id, one.change]))
    expect([changes['4'], changes['5a'], changes['9'], changes['2']]).toEqual([0, -2, null, null])
  })
  it('has a change of the total only between totals over the same items', () => {
    const change = (...two: [Document, Document]) => totalChange(...(folded(...two).scores.nihss! as [never, never]))
    expect(change(scored(1, 12, {}), scored(2, 7, {}))).toBe(-5)
    expect(change(scored(1, 12, {}), scored(2, null, {}))).toBeNull()
    expect(change(scored(1, 12, {}), scored(2, 7, {}, ['5a']))).toBeNull()
    expect(change(scored(1, 12, {}, ['5a']), scored(2, 7, {}, ['5a']))).toBe(-5)
  })
})
