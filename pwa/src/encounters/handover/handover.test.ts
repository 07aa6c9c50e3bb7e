import { describe, expect, it } from 'vitest'
import { fold } from '../fold'
import type { Body, Document } from '../types'
import { sectionsOf } from './handover'

const ENCOUNTER = '01JD0000000000000000000001'
const clock = { session: 'c', mono_ms: 1, offset_ms: 0, error_ms: 10 }
const author = { staff: 's-1', role: 'paramedic' }
const local = (day: number, hour: number, minute: number) => new Date(2026, 10, day, hour, minute).toISOString()

function written(n: number, kind: string, body: Body, at: string, basis: 'device' | 'stated' = 'device'): Document {
  const _id = `encounter:${ENCOUNTER}:${kind}:01JD00000000000000000${String(n).padStart(5, '0')}`
  return { _id, kind, schema: 1, occurred_at: at, time_basis: basis, recorded_at: at, clock, author, device: 'd', supersedes: null, body }
}
const toldOf = (lastKnownWell: string): string => {
  const begun = written(1, 'encounter', { unit: 'a101', pathway: 'stroke' }, local(22, 1, 0))
  const well = written(2, 'time_node', { node: 'last_known_well', precision: 'exact' }, lastKnownWell, 'stated')
  return sectionsOf(fold([begun, well]), new Date(2026, 10, 22, 1, 30).getTime())[0]!.text
}

describe('what is told at a handover of the onset', () => {
  it('is the moment by its name, never a clock that reads as hours gone by', () => {
    expect(toldOf(local(22, 0, 40)).split('\n').at(-1)).toBe('最后正常时间 00:40')
  })

  it('has its day when that is another', () => {
    expect(toldOf(local(21, 15, 50)).split('\n').at(-1)).toBe('最后正常时间 11-21 15:50')
  })
})

describe('what is told at a handover of history and consciousness', () => {
  const begun = written(1, 'encounter', { unit: 'a101', pathway: 'stroke' }, local(22, 1, 0))
  const told = (kind: string, body: Body): Record<string, string> =>
    Object.fromEntries(sectionsOf(fold([begun, written(2, kind, body, local(22, 1, 5))]), new Date(2026, 10, 22, 1, 30).getTime()).map((one) => [one.id, one.text]))

  it('says of an allergy that it is one, so that it is not taken for a drug', () => {
    const history = { past: ['高血压'], medications: ['华法林'], allergies: ['青霉素'] }
    expect(told('history', history).background).toBe('高血压 · 在服：华法林 · 过敏：青霉素')
  })

  it('names what a letter of consciousness is beside the numbers', () => {
    expect(told('vitals', { spo2: 94, avpu: 'V' }).assessment).toContain('血氧 94 意识 V 呼唤')
  })
})
