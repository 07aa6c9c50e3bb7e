import { describe, expect, it } from 'vitest'
import rules from '@catalogue/dosing/rules.json'
import type { BodyWithEntry } from '../encounters/types'
import { checkWeight, weightOnRecord } from './weight'

const said = (at: string, body: object) => ({ ...body, entry: { at } }) as unknown as BodyWithEntry

describe('a weight', () => {
  it('is refused outside the hard range, asked outside the usual one', () => {
    expect([null, 0, 0.9, 1, 39.9, 40, 130, 130.1, 300, 301].map((kilos) => checkWeight(rules.weight, kilos))).toEqual([
      'empty', 'refused', 'refused', 'unusual', 'unusual', 'fine', 'fine', 'unusual', 'unusual', 'refused',
    ])
  })
  it('on record is the newest one that has a source', () => {
    const exams = [said('2026-11-21T09:00:00Z', { weight_kg: 70, weight_source: 'estimated' }), said('2026-11-21T09:09:00Z', { weight_kg: 90 })]
    const medications = [said('2026-11-21T09:05:00Z', { weight_kg: 72.5, weight_source: 'measured' })]
    expect(weightOnRecord({ exams, medications })).toEqual({ weight_kg: 72.5, source: 'measured', at: '2026-11-21T09:05:00Z' })
    expect(weightOnRecord({ exams: [], medications: [] })).toBeNull()
  })
})
