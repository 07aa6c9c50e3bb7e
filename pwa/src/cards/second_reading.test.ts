import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { fold } from '../encounters/fold'
import type { Body, Document } from '../encounters/types'
import { acceptedBody, differences, differingAt, openReadings } from './second_reading'

interface Vector {
  why: string
  fields: Body
  claim: Body
  differs: string[]
}
const VECTORS = JSON.parse(readFileSync(`${process.cwd()}/../tests/vectors/cards/second_readings.json`, 'utf-8')) as Vector[]
const TODAY = '2026-11-21'
const NUMBER = '120000198511300026'
const OWN = 'encounter:01JD8Z0000000000000000000A'
const idOf = (kind: string, n: number) => `${OWN}:${kind}:01JD8Z000000000000000000${n}A`
const write = (kind: string, n: number, body: Body, supersedes: string | null = null): Document =>
  ({ _id: idOf(kind, n), kind, schema: 1, occurred_at: `2026-11-21T09:3${n}:00.000Z`, recorded_at: `2026-11-21T09:3${n}:00.000Z`, author: { staff: 's', role: 'paramedic', badge: null }, supersedes, body }) as unknown as Document

const claim = { name: '酒凯建', sex: 'unknown', id_number: null, birth_date: null, source: 'typed', phone: '1' }
const fields = { name: { value: '潘凯建', confidence: 0.99 }, id_number: { value: NUMBER, confidence: 0.99 } }
const RECORD = [
  write('patient', 1, claim),
  write('media', 2, { media: 'photo', purpose: 'card' }),
  write('card_reading', 3, { of: idOf('media', 2), state: 'suggested', fields }),
]
const asked = () => openReadings(fold(RECORD), claim)[0]!

describe('a second reading', () => {
  for (const vector of VECTORS) {
    it(vector.why, () => expect(differences(vector.fields, vector.claim).map((one) => one.field)).toEqual(vector.differs))
  }
  it('is asked about while nobody has answered it, and its photograph stands', () => {
    expect(openReadings(fold(RECORD), claim)).toMatchObject([{ of: idOf('media', 2), differences: [{ field: 'name', claimed: '酒凯建', read: '潘凯建' }, { field: 'id_number', claimed: '' }] }])
    const dismissed = write('card_reading', 4, { of: idOf('media', 2), state: 'dismissed' }, idOf('card_reading', 3))
    expect(openReadings(fold([...RECORD, dismissed]), claim)).toEqual([])
    const gone = write('retraction', 4, { of: idOf('media', 2), reason: 'wrong_patient' })
    expect(openReadings(fold([...RECORD, gone]), claim)).toEqual([])
  })
  it('asks nothing once the claim says the same', () => {
    expect(openReadings(fold(RECORD), { ...claim, name: '潘凯建', id_number: NUMBER })).toEqual([])
  })
  it('leaves the patient alone until a person chooses, and then takes only what was chosen', () => {
    expect(fold(RECORD).patient!.name).toBe('酒凯建')
    expect(acceptedBody(asked(), new Set(), claim, TODAY)).toBeNull()
    expect(acceptedBody(asked(), new Set(['name']), claim, TODAY)).toEqual({
      ...claim, name: '潘凯建', card_reading: { accepted: { of: idOf('card_reading', 3), fields: ['name'] } },
    })
  })
  it('brings birth and sex with the number, and takes no number that breaks the rule', () => {
    expect(acceptedBody(asked(), new Set(['id_number']), claim, TODAY)).toMatchObject({ id_number: NUMBER, birth_date: '1985-11-30', sex: 'female', source: 'card', phone: '1', name: '酒凯建' })
    const wrong = { ...asked(), differences: [{ field: 'id_number' as const, claimed: '', read: '120000198511300025' }] }
    expect(acceptedBody(wrong, new Set(['id_number']), claim, TODAY)).toBeNull()
  })
  it('makes a patient where there was none', () => {
    expect(acceptedBody(asked(), new Set(['name']), null, TODAY)).toMatchObject({ name: '潘凯建', source: 'card', id_number: null })
  })
  it('marks for the eye what differs', () => {
    expect([...differingAt('酒凯建', '潘凯建')]).toEqual([0])
    expect([...differingAt('柳林路10号', '柳林路160号')]).toEqual([])
    expect([...differingAt('柳林路160号', '柳林路10号')]).toEqual([4])
    expect([...differingAt('', '汉')]).toEqual([])
  })
})
