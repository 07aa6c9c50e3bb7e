import { describe, expect, it } from 'vitest'
import alteplase from '@catalogue/drugs/alteplase_stroke.json'
import aspirin from '@catalogue/drugs/aspirin.json'
import adrenaline from '@catalogue/drugs/adrenaline_arrest.json'
import ticagrelor from '@catalogue/drugs/ticagrelor.json'
import type { DrugDefinition } from '../catalogue/definitions'
import { fold } from '../encounters/fold'
import type { Document } from '../encounters/types'
import { allergyTo, cautionsOf } from './cautions'

let made = 0
function said(kind: string, body: Record<string, unknown>): Document {
  const at = `2026-11-21T10:00:${String(++made).padStart(2, '0')}.000Z`
  return { _id: `encounter:01JD8Z0000000000000000000A:${kind}:01JD8Z000000000000000${String(made).padStart(5, '0')}`, kind, schema: 1, occurred_at: at, recorded_at: at, author: { staff: 'z', role: 'paramedic' }, body }
}
const of = (drug: unknown, ...documents: Document[]) => cautionsOf(drug as DrugDefinition, fold([said('encounter', { pathway: 'chest_pain' }), ...documents]))
const list = (result: string) => said('score', { score: 'stroke_ivt', inputs: {}, result: { status: 'complete', total: null, result } })

describe('before a drug is recorded', () => {
  it('an allergy to this very drug is named, by its chip or in own words', () => {
    expect(of(aspirin, said('history', { allergies: ['aspirin'] }))).toEqual([{ id: 'allergy', about: 'aspirin' }])
    expect(of(aspirin, said('history', { allergies: ['以前吃阿司匹林起疹子'] }))[0]).toMatchObject({ id: 'allergy' })
    expect(allergyTo(ticagrelor as unknown as DrugDefinition, ['none', 'penicillin', 'unknown'])).toBeNull()
  })
  it('a loading dose that was given already is named; a repeated one is not', () => {
    const before = said('medication', { drug: 'aspirin', dose: 300, unit: 'mg' })
    expect(of(aspirin, before)).toEqual([{ id: 'given_before', about: before._id }])
    expect(cautionsOf(aspirin as unknown as DrugDefinition, fold([said('encounter', {}), before]), before._id)).toEqual([])
    expect(of(adrenaline, said('medication', { drug: 'adrenaline_arrest', dose: 1, unit: 'mg' }))).toEqual([])
  })
  it('its rival on record is named', () => {
    expect(of(ticagrelor, said('medication', { drug: 'clopidogrel', dose: 300, unit: 'mg' }))).toEqual([{ id: 'not_with', about: 'clopidogrel' }])
  })
  it('a lysis without its checklist, or against it, is named; after a clean one it is not', () => {
    expect(of(alteplase).map((one) => one.id)).toEqual(['checklist_open'])
    expect(of(alteplase, list('absolute_exclusion')).map((one) => one.id)).toEqual(['checklist_excludes'])
    expect(of(alteplase, list('no_exclusion_found'))).toEqual([])
  })
})
