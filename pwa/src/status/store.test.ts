import { describe, expect, it } from 'vitest'
import { signaturesOf } from './store'

const unsigned = (id: string) => ({ id, version: '1.0.0', signed_off: null })

describe('the status page', () => {
  it('counts what clinicians sign, and leaves out wording', () => {
    const index = {
      scores: [unsigned('gcs'), { id: 'nihss', version: '1.0.0', signed_off: { by: '王主任', at: '2026-11-20' } }],
      chips: [unsigned('allergy')],
      drugs: [],
    }
    expect(signaturesOf(index)).toEqual([{ folder: 'scores', definitions: 2, signed: [{ id: 'nihss', by: '王主任', at: '2026-11-20' }] }])
  })
})
