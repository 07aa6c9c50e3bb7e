import { describe, expect, it } from 'vitest'
import { fold } from '../encounters/fold'
import type { Body, Document } from '../encounters/types'
import { heldWithNumber, possibleHere, standingLinks, takenOverBy } from './relations'

const [A, B, C] = ['A', 'B', 'C'].map((last) => `01JD8Z0000000000000000000${last}`) as [string, string, string]
const NUMBER = '330000195408160024'
let count = 0
const made = (kind: string, body: Body, supersedes: string | null = null): Document => {
  count += 1
  const at = `2026-11-21T09:${String(count % 60).padStart(2, '0')}:00.000Z`
  const _id = `encounter:${A}:${kind}:01JD8Z${String(count).padStart(20, '0')}`
  return { _id, kind, schema: 1, occurred_at: at, author: { staff: 's', role: 'paramedic' }, supersedes, body }
}
const header = () => made('encounter', { unit: 'a101', pathway: 'general' })
const row = (encounter: string, opened_at: string | null, identifiers = [`id_number:${NUMBER}`]) => ({ encounter, opened_at, identifiers })
const today = '2026-11-21T20:00:00.000Z'

describe('the same number in two records of this device', () => {
  const folded = fold([header()])
  it('is found however it was typed, within 24 hours either way', () => {
    const rows = [row(B, today), row(C, '2026-11-19T20:00:00.000Z'), row(A, today)]
    expect(heldWithNumber(rows, folded, '330000 19540816 0024').map((one) => one.encounter)).toEqual([B])
    expect(heldWithNumber([row(B, null)], folded, NUMBER)).toHaveLength(1)
  })
  it('is not asked of what names nobody, nor of rows made by an older app', () => {
    expect(heldWithNumber([row(B, today, ['id_number:111111'])], folded, '111111')).toEqual([])
    expect(heldWithNumber([{ encounter: B, opened_at: today }], folded, NUMBER)).toEqual([])
    expect(heldWithNumber([row(B, today)], folded, null)).toEqual([])
  })
  it('is seen by a wristband while it is worn, and not by one that was taken off', () => {
    const code = 'GLW1CSD1P6T9SC65W'
    const on = made('wristband', { code, state: 'attached' })
    const rows = [row(B, today, [`wristband:${code}`])]
    expect(possibleHere(fold([header(), on]), rows).map((one) => one.by)).toEqual(['wristband'])
    const off = made('wristband', { code, state: 'removed' }, on._id)
    expect(possibleHere(fold([header(), on, off]), rows)).toEqual([])
  })
  it('is shown until somebody has compared, whether the hub has said it or this device sees it', () => {
    const base = [header(), made('patient', { id_number: NUMBER })]
    const said = made('duplicate', { encounter: C, by: 'wristband', state: 'possible', unit: 'a102' })
    const found = possibleHere(fold([...base, said]), [row(B, today)])
    expect(found.map((one) => [one.encounter, one.by, one.said?.unit ?? null])).toEqual([[B, 'id_number', null], [C, 'wristband', 'a102']])
    const compared = [B, C].map((encounter) => made('link', { encounter, relation: 'same_patient', state: 'unlinked' }))
    expect(possibleHere(fold([...base, said, ...compared]), [row(B, today)])).toEqual([])
  })
})

describe('links', () => {
  it('stand until the newest word says unlinked', () => {
    const linked = made('link', { encounter: B, relation: 'same_patient', state: 'linked', continues_in: B })
    expect(standingLinks(fold([header(), linked])).map((one) => one.encounter)).toEqual([B])
    expect(takenOverBy(fold([header(), linked]))?.encounter).toBe(B)
    const undone = made('link', { encounter: B, relation: 'same_patient', state: 'unlinked' }, linked._id)
    expect(standingLinks(fold([header(), linked, undone]))).toEqual([])
    expect(takenOverBy(fold([header(), linked, undone]))).toBeNull()
  })
  it('that go on here are not taken over', () => {
    const linked = made('link', { encounter: B, relation: 'same_patient', state: 'linked', continues_in: A })
    expect(takenOverBy(fold([header(), linked]))).toBeNull()
  })
})
