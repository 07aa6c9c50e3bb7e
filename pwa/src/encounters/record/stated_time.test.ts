import { describe, expect, it } from 'vitest'
import { instantOf } from './stated_time'

const at = (text: string) => new Date(text).getTime()

describe('a typed time', () => {
  it('is today when it has passed already', () => {
    expect(instantOf('2136', at('2026-11-21T21:41:00'))).toBe(new Date('2026-11-21T21:36:00').toISOString())
  })
  it('is yesterday when today it would lie in the future', () => {
    expect(instantOf('2350', at('2026-11-22T00:10:00'))).toBe(new Date('2026-11-21T23:50:00').toISOString())
  })
  it('forgives a wall clock that is a minute ahead', () => {
    expect(instantOf('0011', at('2026-11-22T00:10:00'))).toBe(new Date('2026-11-22T00:11:00').toISOString())
  })
  it('refuses what is no time of day', () => {
    expect(instantOf('2460', at('2026-11-22T00:10:00'))).toBeNull()
    expect(instantOf('213', at('2026-11-22T00:10:00'))).toBeNull()
  })
})
