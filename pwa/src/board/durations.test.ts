import { afterEach, describe, expect, it, vi } from 'vitest'
import { asHours, clockTime, hoursAndMinutes, isSameDay, minutesAndSeconds, minutesUntil, monthDay } from './durations'

const now = Date.parse('2026-11-21T13:41:27.000Z')

describe('durations on the board', () => {
  afterEach(() => vi.unstubAllEnvs())

  it('shows hours and minutes since a known start', () => {
    expect(hoursAndMinutes('2026-11-21T12:29:00.000Z', now)).toBe('1:12')
  })
  it('shows nothing for an unknown start, and nothing for one in the future', () => {
    expect(hoursAndMinutes(null, now)).toBeNull()
    expect(hoursAndMinutes('2026-11-21T15:00:00.000Z', now)).toBeNull()
  })
  it('forgives a clock that is a few seconds ahead', () => {
    expect(hoursAndMinutes('2026-11-21T13:41:40.000Z', now)).toBe('0:00')
  })
  it('rounds the minutes to arrival up, so that nobody is expected later than he comes', () => {
    expect(minutesUntil('2026-11-21T13:47:00.000Z', now)).toBe(6)
    expect(minutesUntil('2026-11-21T13:39:00.000Z', now)).toBe(-2)
    expect(minutesUntil(null, now)).toBeNull()
  })
  it('writes whole minutes as hours', () => {
    expect(asHours(270)).toBe('4:30')
    expect(asHours(5)).toBe('0:05')
  })
  it('counts the wait in minutes and seconds', () => {
    expect(minutesAndSeconds(24_900)).toBe('0:24')
    expect(minutesAndSeconds(-5)).toBe('0:00')
  })
  it('knows today from yesterday', () => {
    expect(isSameDay('2026-11-21T13:00:00.000Z', now)).toBe(true)
    expect(isSameDay('2026-11-19T13:00:00.000Z', now)).toBe(false)
    expect(isSameDay(null, now)).toBe(false)
  })
  it('names the day of the same calendar as the hour beside it, not the day in Greenwich', () => {
    vi.stubEnv('TZ', 'Asia/Shanghai')
    const afterMidnight = '2026-11-04T17:10:00.000Z'
    expect(`${monthDay(afterMidnight)} ${clockTime(afterMidnight)}`).toBe('11-5 01:10')
    expect(monthDay(null)).toBe('')
    expect(monthDay('soon')).toBe('')
  })
})
