import { describe, expect, it } from 'vitest'
import { limitsText, numberOf, stepped, typed, type EntryField } from './entry'

const sbp: EntryField = {
  id: 'sbp',
  type: 'integer',
  hard_range: { min: 0, max: 320 },
  adult_alarm: { low: 90, high: 180 },
  step: 2,
  start_at: 120,
}
const temp: EntryField = { id: 'temp', type: 'decimal', hard_range: { min: 15, max: 46 }, step: 0.1 }

describe('typing a vital sign', () => {
  it('builds the number key by key', () => {
    expect(['1', '8', '6'].reduce((text, key) => typed(text, key, sbp), '')).toBe('186')
  })
  it('takes a point only where the field has decimals, and only one', () => {
    expect(typed('18', '.', sbp)).toBe('18')
    expect(typed('36', '.', temp)).toBe('36.')
    expect(typed('36.', '.', temp)).toBe('36.')
  })
  it('keeps one decimal', () => {
    expect(typed('36.5', '4', temp)).toBe('36.5')
  })
  it('replaces a leading zero, so that 07 is never written', () => {
    expect(typed('0', '7', sbp)).toBe('7')
  })
})

describe('stepping', () => {
  it('starts from the last reading, else where the catalogue says, else stays empty', () => {
    expect(stepped('', 1, sbp, 180)).toBe('182')
    expect(stepped('', 1, sbp, null)).toBe('120')
    expect(stepped('', 1, temp, null)).toBe('')
  })
  it('never leaves the hard range and never shows binary fractions', () => {
    expect(stepped('319', 1, sbp, null)).toBe('320')
    expect(stepped('36.2', 1, temp, null)).toBe('36.3')
  })
})

describe('reading what was typed', () => {
  it('finds no number in nothing or in LO', () => {
    expect(numberOf('')).toBeNull()
    expect(numberOf('LO')).toBeNull()
    expect(numberOf('36.')).toBe(36)
  })
  it('says the limits as a range, as one side, or not at all', () => {
    expect(limitsText(sbp)).toBe('90–180')
    expect(limitsText({ ...sbp, adult_alarm: { low: 90, high: null } })).toBe('≥ 90')
    expect(limitsText(temp)).toBe('')
  })
})
