import { describe, expect, it } from 'vitest'
import type { Document } from '../types'
import { pathwayChanges } from './pathway_changes'

const at = (minute: number) => `2026-11-21T09:${String(minute).padStart(2, '0')}:00.000Z`
const header = (id: string, pathway: string, supersedes: string | null, minute: number): Document => ({
  _id: `encounter:E:encounter:${id}`,
  kind: 'encounter',
  schema: 1,
  occurred_at: at(minute),
  time_basis: 'device',
  recorded_at: at(minute),
  clock: { session: 'C', mono_ms: minute * 60_000, offset_ms: 60_000, error_ms: 20 },
  author: { staff: 's-li', role: 'paramedic', badge: null },
  device: 'd-1',
  supersedes: supersedes && `encounter:E:encounter:${supersedes}`,
  body: { unit: 'a101', pathway },
})

describe('changes of the pathway', () => {
  it('are the headers after the first, with who, and when by the clock of the hub', () => {
    const items = pathwayChanges([header('1', 'general', null, 1), header('2', 'stroke', '1', 5)])
    expect(items.map(({ kind, data, entry }) => [kind, data.pathway, entry.staff, entry.at])).toEqual([['encounter', 'stroke', 's-li', at(6)]])
  })

  it('leave one that was retracted to the list of what was retracted', () => {
    const wrong = header('2', 'stroke', '1', 5)
    const retraction = { ...header('9', '', null, 6), _id: 'encounter:E:retraction:9', kind: 'retraction', body: { of: wrong._id } }
    expect(pathwayChanges([header('1', 'general', null, 1), wrong, retraction])).toEqual([])
  })

  it('are none where nothing was changed', () => {
    expect(pathwayChanges([header('1', 'general', null, 1)])).toEqual([])
  })
})
