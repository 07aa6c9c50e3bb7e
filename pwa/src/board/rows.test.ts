import { beforeEach, describe, expect, it } from 'vitest'
import { fold } from '../encounters/fold'
import type { Body, Document } from '../encounters/types'
import { vitalFields } from '../catalogue/store'
import { alertKey, alertsOf } from './alerts'
import { pupilsOf, rowOf, rowsOf } from './rows'
import { summarize, type EncounterSummary } from './rules'
import { wallPage } from './wall_pages'
import type { Row } from './row'

const ULID = '01JD0000000000000000000'
let count = 0
beforeEach(() => (count = 0))

/** A document of encounter `n`, one minute after the former one. */
function written(n: number, kind: string, body: Body, occurredAt?: string): Document {
  count += 1
  const at = occurredAt ?? new Date(Date.UTC(2026, 10, 21, 13, count)).toISOString()
  return {
    _id: `encounter:${ULID}00${n}:${kind}:01JD00000000000000000${String(count).padStart(5, '0')}`,
    kind,
    schema: 1,
    occurred_at: at,
    time_basis: 'stated',
    recorded_at: at,
    clock: null,
    author: { staff: 's-1', role: 'paramedic' },
    device: 'd-1',
    supersedes: null,
    body,
  }
}

const summaryOf = (documents: Document[]): EncounterSummary => summarize(fold(documents), vitalFields)
const row = (documents: Document[]): Row => rowOf(summaryOf(documents), 'county')
const last = (documents: Document[]): string => documents.at(-1)!._id
const part = (id: string): string => id.slice(id.lastIndexOf(':') + 1)

function onTheWay(n = 1): Document[] {
  return [
    written(n, 'encounter', { unit: 'a101', pathway: 'stroke' }),
    written(n, 'patient', { name: '张秀兰', sex: 'female', birth_date: '1954-03-02', id_number: null, source: 'told' }),
    written(n, 'vitals', { sbp: 150, dbp: 90 }),
    written(n, 'destination', { site: 'county', eta_at: '2026-11-21T14:00:00.000Z' }),
    written(n, 'prealert', { site: 'county' }),
  ]
}

describe('a row of the board', () => {
  it('waits until somebody of this site has acknowledged', () => {
    expect(row(onTheWay()).answer.state).toBe('waiting')
  })

  it('names who acknowledged, and counts what is newer', () => {
    const documents = onTheWay()
    const seen = documents.map((document) => part(document._id))
    documents.push(written(1, 'acknowledgement', { of: last(documents), seen }))
    documents.push(written(1, 'vitals', { sbp: 120, dbp: 80 }))
    expect(row(documents).answer).toMatchObject({ state: 'acknowledged', staff: 's-1', newer: 1, critical: 0 })
  })

  it('rings again for a critical value after the acknowledgement, and again for the next', () => {
    const documents = onTheWay()
    const seen = documents.map((document) => part(document._id))
    documents.push(written(1, 'acknowledgement', { of: last(documents), seen }), written(1, 'vitals', { sbp: 210, dbp: 120 }))
    const first = alertsOf([row(documents)])
    documents.push(written(1, 'vitals', { sbp: 220, dbp: 120 }))
    const second = alertsOf([row(documents)])
    expect(first.map((alert) => alert.kind)).toEqual(['critical'])
    expect(alertKey(second[0]!)).not.toBe(alertKey(first[0]!))
  })

  it('does not ring again for a note that follows the critical value', () => {
    const documents = onTheWay()
    const seen = documents.map((document) => part(document._id))
    documents.push(written(1, 'acknowledgement', { of: last(documents), seen }), written(1, 'vitals', { sbp: 210, dbp: 120 }))
    const first = alertsOf([row(documents)])
    const second = alertsOf([row([...documents, written(1, 'note', { text: 'stable' })])])
    expect(alertKey(second[0]!)).toBe(alertKey(first[0]!))
  })

  it('rings for nobody who has arrived', () => {
    const arrived = row([...onTheWay(), written(1, 'time_node', { node: 'hospital_door', precision: 'exact' })])
    expect(arrived.group).toBe('arrived')
    expect(alertsOf([arrived])).toEqual([])
  })

  it('leaves the board of a hospital that the patient no longer goes to', () => {
    const documents = [...onTheWay(), written(1, 'destination', { site: 'east', eta_at: null })]
    expect(rowsOf([summaryOf(documents)], 'county')).toEqual([])
    expect(rowsOf([summaryOf(documents)], 'east')).toHaveLength(1)
  })

  it('shows no level that nobody gave', () => {
    expect(row(onTheWay()).level).toBeNull()
  })

  it('shows a stroke no running time from an onset that is not last known well', () => {
    const documents = [...onTheWay(), written(1, 'time_node', { node: 'onset', precision: 'exact' })]
    expect(row(documents).timers.map((timer) => timer.kind)).not.toContain('onset')
  })

  it('says that a wake-up stroke has no running time', () => {
    const documents = [...onTheWay(), written(1, 'history', { onset: 'wake_up', node: 'last_known_well' })]
    expect(row(documents).timers[0]).toMatchObject({ state: 'wake_up', at: null })
  })

  it('marks a high pressure in an adult, and nothing in a child', () => {
    const adult = [...onTheWay(), written(1, 'vitals', { sbp: 210, dbp: 95 })]
    const child = [...adult, written(1, 'patient', { name: '周小雨', sex: 'female', birth_date: '2022-05-02', id_number: null, source: 'told' })]
    expect(row(adult).tiles[0]).toMatchObject({ id: 'pressure', value: '210/95', out: 'high' })
    expect(row(child).tiles[0]).toMatchObject({ value: '210/95', out: null })
    expect(row(child).hasNoLimits).toBe(true)
  })

  it('shows what was not measured as missing, never as a number', () => {
    const heart = row(onTheWay()).tiles.find((tile) => tile.id === 'hr')
    expect(heart).toMatchObject({ value: null, isNotMeasurable: false })
  })
})

describe('the wall', () => {
  const rows = Array.from({ length: 7 }, (_, n) => ({ ...row(onTheWay(n)), encounter: `e${n}`, level: null, answer: { state: 'none' as const } }))

  it('shows four rows without pages', () => {
    expect(wallPage(rows.slice(0, 4), 5)).toMatchObject({ number: 1, of: 1 })
  })

  it('shows everybody within one round of its pages', () => {
    const shown = new Set([0, 1].flatMap((turn) => wallPage(rows, turn).rows.map((one) => one.encounter)))
    expect(shown.size).toBe(7)
  })

  it('keeps the most urgent and the unanswered on every page, in the order of the board', () => {
    const urgent: Row[] = rows.map((one, n) => (n === 6 ? { ...one, level: 1 } : n === 2 ? { ...one, answer: { state: 'waiting', prealert: 'p', since: null } } : one))
    for (const turn of [0, 1, 2]) {
      const names = wallPage(urgent, turn).rows.map((one) => one.encounter)
      expect(names).toEqual(expect.arrayContaining(['e2', 'e6']))
      expect(names).toEqual([...names].sort())
    }
  })
})

describe('pupils on the board', () => {
  const at = { pupil_size_left: '2026-11-21T10:00:00.000Z' }
  it('stand there when they differ or do not react, and not otherwise', () => {
    expect(pupilsOf({ vitals: { pupil_size_right: 3, pupil_size_left: 6 }, vitals_at: at })).toMatchObject({ right: '3', left: '6', isFixed: false, at: at.pupil_size_left })
    expect(pupilsOf({ vitals: { pupil_reaction_left: 'none' }, vitals_at: {} })).toMatchObject({ right: '—', left: '—', isFixed: true })
    expect(pupilsOf({ vitals: { pupil_size_right: 3, pupil_size_left: 3.5, pupil_reaction_left: 'brisk' }, vitals_at: at })).toBeNull()
    expect(pupilsOf({ vitals: { pupil_size_right: 3 }, vitals_at: at })).toBeNull()
  })
})
