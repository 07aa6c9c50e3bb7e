import { describe, expect, it } from 'vitest'
import { hoursAndMinutes, isSameDay, minutesAndSeconds, minutesUntil } from './durations'

const now = Date.parse('2026-11-21T13:41:27.000Z')

describe('durations on the board', () => {
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
  it('counts the wait in minutes and seconds', () => {
    expect(minutesAndSeconds(24_900)).toBe('0:24')
    expect(minutesAndSeconds(-5)).toBe('0:00')
  })
  it('knows today from yesterday', () => {
    expect(isSameDay('2026-11-21T13:00:00.000Z', now)).toBe(true)
    expect(isSameDay('2026-11-19T13:00:00.000Z', now)).toBe(false)
    expect(isSameDay(null, now)).toBe(false)
  })
})
