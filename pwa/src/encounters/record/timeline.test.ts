import { describe, expect, it } from 'vitest'
import { fold } from '../fold'
import type { Body, Document } from '../types'
import { acknowledgeState } from './acknowledging'
import { landmarksOf, seenOn, timelineOf } from './timeline'

const ENCOUNTER = '01JD0000000000000000000001'
const idOf = (kind: string, n: number) => `encounter:${ENCOUNTER}:${kind}:01JD00000000000000000${String(n).padStart(5, '0')}`

function written(n: number, kind: string, body: Body, more: Partial<Document> = {}): Document {
  const at = new Date(Date.UTC(2026, 10, 21, 13, n)).toISOString()
  const clock = { session: 'c', mono_ms: n, offset_ms: 0, error_ms: 10 }
  const author = { staff: 's-1', role: 'paramedic' }
  return { _id: idOf(kind, n), kind, schema: 1, occurred_at: at, time_basis: 'device', recorded_at: at, clock, author, device: 'd', supersedes: null, body, ...more }
}

const record = [
  written(1, 'encounter', { unit: 'a101', pathway: 'stroke' }),
  written(2, 'time_node', { node: 'last_known_well', precision: 'estimated' }, { time_basis: 'stated' }),
  written(3, 'note', { text: 'wrong patient' }),
  written(4, 'retraction', { of: idOf('note', 3), reason: 'wrong_patient' }),
  written(5, 'vitals', { sbp: 150, dbp: 90 }),
  written(6, 'prealert', { site: 'county' }),
]

describe('the timeline', () => {
  it('keeps a retracted entry, with who took it back and when', () => {
    const note = timelineOf(fold(record)).find((item) => item.kind === 'note')
    expect(note?.retraction).toMatchObject({ staff: 's-1', reason: 'wrong_patient' })
  })

  it('marks a stated time as stated', () => {
    expect(timelineOf(fold(record)).find((item) => item.kind === 'time_node')).toMatchObject({ isStated: true, isEstimated: true })
  })

  it('shows an entry of a kind that this version does not know', () => {
    const items = timelineOf(fold([...record, written(7, 'hologram', { text: 'later' })]))
    expect(items.map((item) => item.kind)).toContain('hologram')
  })

  it('keeps among the landmarks whatever is new or was taken back', () => {
    const folded = fold([...record, written(7, 'acknowledgement', { of: idOf('prealert', 6), seen: [] })])
    const kinds = landmarksOf(timelineOf(folded)).map((item) => item.kind)
    expect(kinds).toEqual(expect.arrayContaining(['note', 'vitals', 'prealert']))
  })

  it('leaves nothing new when everything on the screen was acknowledged, the retraction included', () => {
    const folded = fold(record)
    const seen = seenOn(timelineOf(folded), folded)
    const after = fold([...record, written(7, 'acknowledgement', { of: idOf('prealert', 6), seen })])
    expect(after.newer).toEqual([])
    expect(acknowledgeState(after)).toEqual({ kind: 'done' })
  })

  it('asks for another acknowledgement when an entry follows', () => {
    const folded = fold(record)
    const seen = seenOn(timelineOf(folded), folded)
    const acknowledgement = written(7, 'acknowledgement', { of: idOf('prealert', 6), seen })
    const after = fold([...record, acknowledgement, written(8, 'vitals', { sbp: 190, dbp: 100 })])
    expect(acknowledgeState(after)).toEqual({ kind: 'newer', count: 1 })
    expect(timelineOf(after).filter((item) => item.isNewer).map((item) => item.kind)).toEqual(['vitals'])
  })
})
