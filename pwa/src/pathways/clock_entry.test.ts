import { describe, expect, it } from 'vitest'
import { readClock, showDigits } from './clock_entry'

const now = new Date(2026, 10, 21, 21, 41, 27).getTime()

describe('a time typed as four digits', () => {
  it('means today', () => {
    const entry = readClock('2029', 0, now)
    expect(entry).toEqual({ state: 'ok', at: new Date(2026, 10, 21, 20, 29) })
  })
  it('means another day when another day is chosen, across the turn of a month too', () => {
    expect(readClock('2350', 1, new Date(2026, 10, 1, 0, 20).getTime())).toEqual({ state: 'ok', at: new Date(2026, 9, 31, 23, 50) })
  })
  it('that has not come yet is never taken as yesterday by itself', () => {
    expect(readClock('2300', 0, now).state).toBe('future')
  })
  it('that no clock shows is impossible', () => {
    expect(readClock('2460', 0, now).state).toBe('impossible')
    expect(readClock('2500', 0, now).state).toBe('impossible')
  })
  it('is no time while digits are missing, and shows which', () => {
    expect(readClock('20', 0, now).state).toBe('incomplete')
    expect(showDigits('20')).toBe('20:––')
  })
})
