import { describe, expect, it } from 'vitest'
import fastEd from '@catalogue/scores/fast_ed.json'
import news2 from '@catalogue/scores/news2.json'
import phi from '@catalogue/scores/phi.json'
import stroke from '@catalogue/scores/stroke_ivt.json'
import tRts from '@catalogue/scores/t_rts.json'
import { fold } from '../encounters/fold'
import type { Document } from '../encounters/types'
import { knownValues, withRunningMinutes } from './known_values'
import type { Item } from './types'

const ENCOUNTER = '01JD8Z0000000000000000000A'
const NOW = Date.parse('2026-11-21T10:00:00Z')
let made = 0
function said(kind: string, minutesAgo: number, body: Record<string, unknown>): Document {
  const at = new Date(NOW - minutesAgo * 60_000).toISOString()
  const id = `encounter:${ENCOUNTER}:${kind}:01JD8Z000000000000000${String(++made).padStart(5, '0')}`
  return { _id: id, kind, schema: 1, occurred_at: at, recorded_at: at, author: { staff: 'zhao', role: 'paramedic' }, body }
}
const itemsOf = (definition: unknown): Item[] => (definition as { items: Item[] }).items
const known = (definition: { id: string }, ...documents: Document[]) => {
  const found = knownValues(definition.id, itemsOf(definition), fold([said('encounter', 90, { pathway: 'trauma' }), ...documents]), NOW)
  return Object.fromEntries(found.map((one) => [one.item, one]))
}

describe('values that the record knows', () => {
  it('are offered with their age and where they came from', () => {
    const gcs = said('score', 4, { score: 'gcs', inputs: {}, result: { status: 'complete', total: 13 } })
    const offered = known(tRts, gcs, said('vitals', 2, { sbp: 92, rr: 24 }))
    expect(offered.gcs).toMatchObject({ value: 13, ageMinutes: 4, needsOwnTap: false, source: { kind: 'score', of: gcs._id } })
    expect(offered.sbp).toMatchObject({ value: 92, ageMinutes: 2, source: { kind: 'vitals', name: 'sbp' } })
  })
  it('are old after 15 minutes, not before, and then want a tap each', () => {
    expect(known(tRts, said('vitals', 15, { rr: 24 })).rr).toMatchObject({ isOld: false, needsOwnTap: false })
    expect(known(tRts, said('vitals', 16, { rr: 24 })).rr).toMatchObject({ isOld: true, needsOwnTap: true })
  })
  it('are old when nobody knows their time', () => {
    const undated = { ...said('vitals', 1, { rr: 24 }), occurred_at: 'yesterday' }
    expect(known(tRts, undated).rr).toMatchObject({ isOld: true })
  })
  it('offer an untestable consciousness as untestable, with its reason', () => {
    const gcs = said('score', 1, { score: 'gcs', inputs: {}, result: { status: 'not_computable', total: null }, untestable_reasons: { verbal: 'intubated' } })
    expect(known(tRts, gcs).gcs).toMatchObject({ value: 'NT', why: 'intubated' })
  })
  it('offer nothing from an unfinished score', () => {
    expect(known(tRts, said('score', 1, { score: 'gcs', inputs: { eye: 4 }, result: { status: 'incomplete', total: null } })).gcs).toBeUndefined()
  })
  it('take a heart rate for a pulse, and "alert" for NEWS2, only by a tap of their own', () => {
    expect(known(phi, said('vitals', 1, { hr: 118 })).pulse).toMatchObject({ value: 118, needsOwnTap: true })
    expect(known(news2, said('vitals', 1, { avpu: 'A' })).consciousness).toMatchObject({ value: 'A', needsOwnTap: true })
    expect(known(phi, said('vitals', 1, { avpu: 'A' })).consciousness).toBeUndefined()
  })
  it('offer nothing that was later found unmeasurable', () => {
    expect(known(tRts, said('vitals', 3, { sbp: 92 }), said('vitals', 1, { not_measurable: { sbp: 'unrecordable' } })).sbp).toBeUndefined()
  })
  it('know minutes since last known well, which run on', () => {
    const onset = { ...said('time_node', 100, { node: 'last_known_well', precision: 'exact' }), time_basis: 'stated' as const }
    const offered = known(stroke, onset)
    expect(offered.onset_min).toMatchObject({ value: 100, source: { kind: 'time_node' } })
    expect(withRunningMinutes({ onset_min: 100 }, { onset_min: offered.onset_min!.source }, NOW + 171 * 60_000).onset_min).toBe(271)
  })
  it('say that an anticoagulant is taken, or that nothing is; silence is no answer', () => {
    expect(known(stroke, said('history', 5, { medications: ['warfarin'] })).oral_anticoagulant).toMatchObject({ value: true, needsOwnTap: true })
    expect(known(stroke, said('history', 5, { medications: ['none'] })).oral_anticoagulant).toMatchObject({ value: false, needsOwnTap: true })
    expect(known(stroke, said('history', 5, { medications: ['statin'] })).oral_anticoagulant).toBeUndefined()
  })
})

describe('FAST-ED from an NIHSS', () => {
  const from = (inputs: Record<string, unknown>) => known(fastEd, said('score', 3, { score: 'nihss', inputs, result: { status: 'incomplete' } }))
  it('maps its five items, the worse arm counting', () => {
    const offered = from({ '4': 2, '5a': 0, '5b': 3, '9': 1, '2': 2, '11': 0 })
    expect(Object.fromEntries(Object.entries(offered).map(([item, one]) => [item, one.value]))).toEqual({
      facial_palsy: 1, arm_weakness: 2, speech_changes: 1, eye_deviation: 2, denial_neglect: 0,
    })
  })
  it('leaves open what was not examined', () => {
    expect(Object.keys(from({ '4': 0 }))).toEqual(['facial_palsy'])
  })
  it('never reads an untestable arm as a strong one', () => {
    expect(from({ '5a': 'UN', '5b': 0 }).arm_weakness).toBeUndefined()
    expect(from({ '5a': 'UN', '5b': 4 }).arm_weakness?.value).toBe(2)
  })
})
