import { describe, expect, it } from 'vitest'
import rules from '@catalogue/rechecks/vitals.json'
import type { Folded } from '../encounters/types'
import { recheckOf } from './recheck'

const AT = Date.parse('2026-11-21T09:00:00.000Z')
function folded(level: number | null, ...minutes: (number | null)[]): Folded {
  const sets = minutes.map((one) => ({ entry: { at: one === null ? null : new Date(AT + one * 60_000).toISOString() } }))
  return { state: 'open', triage: level === null ? null : { level }, vitals: { sets } } as unknown as Folded
}
const minutesOf = (level: number | null, hasAlarm = false) => recheckOf(folded(level, 0), hasAlarm, rules.minutes)?.minutes

describe('a re-check', () => {
  it('comes by the level that was given, and never later than 30 minutes', () => {
    expect([1, 2, 3, 4, null].map((level) => minutesOf(level))).toEqual([5, 5, 15, 30, 15])
    expect(recheckOf(folded(4, 0), false, { level_4: 90 })?.minutes).toBe(30)
    expect(recheckOf(folded(3, 0), false, {})?.minutes).toBe(30)
  })
  it('comes sooner while a value is out of limits', () => {
    expect(minutesOf(4, true)).toBe(5)
    expect(recheckOf(folded(4, 0), true, rules.minutes)?.why).toBe('alarm')
    expect(recheckOf(folded(1, 0), true, rules.minutes)?.why).toBe('level_1')
  })
  it('counts from the newest set, whatever the order', () => {
    expect(recheckOf(folded(3, 10, 4, null), false, rules.minutes)?.dueAt).toBe(AT + 25 * 60_000)
  })
  it('is not asked for before the first set or after the end', () => {
    expect(recheckOf(folded(1), false, rules.minutes)).toBeNull()
    expect(recheckOf({ ...folded(1, 0), state: 'closed' }, false, rules.minutes)).toBeNull()
  })
})
