import { describe, expect, it } from 'vitest'
import vectors from '../../../tests/vectors/clocks/running.json'
import type { BodyWithEntry } from '../encounters/types'
import { intervalState, limitsPassed, resuscitationOf, runningClocks, stopwatch } from './clocks'

const START = Date.parse('2026-11-21T09:00:00.000Z')
const at = (minutes: number): string => new Date(START + minutes * 60_000).toISOString()
const one = (id: string, minutes: number, body: object): BodyWithEntry => ({ ...body, entry: { id, at: at(minutes) } }) as unknown as BodyWithEntry
const cpr = one('s', 0, { procedure: 'cpr', clock: 'start' })
const RULES = { cycleMinutes: 2, drug: 'adrenaline_arrest' }

describe('running clocks', () => {
  it.each(vectors.cases)('$says', ({ treatments, running }) => {
    expect(runningClocks(treatments as unknown as BodyWithEntry[])).toEqual(running)
    expect(runningClocks([...treatments].reverse() as unknown as BodyWithEntry[])).toEqual(running)
  })
})

describe('a resuscitation', () => {
  it('counts cycles of two minutes from the first compression', () => {
    const state = resuscitationOf([cpr], [], START + 4.5 * 60_000, RULES)
    expect(state).toMatchObject({ cycle: 3, cycleLeftMs: 90_000, pausedSince: null, pauses: 0 })
  })
  it('stops its cycle while paused and begins a new one when compressions go on', () => {
    const paused = [cpr, one('p', 3, { procedure: 'cpr', clock: 'pause', of: 's' })]
    expect(resuscitationOf(paused, [], START + 5 * 60_000, RULES)).toMatchObject({ pausedMs: 120_000, cycleLeftMs: 60_000 })
    const resumed = [...paused, one('r', 3.5, { procedure: 'cpr', clock: 'resume', of: 's' })]
    expect(resuscitationOf(resumed, [], START + 4 * 60_000, RULES)).toMatchObject({
      pausedMs: 30_000, pausedSince: null, cycle: 1, cycleLeftMs: 90_000, pauses: 1,
    })
  })
  it('ends with the return of circulation, and a retracted end (absent here) lets it run on', () => {
    const end = one('e', 8, { procedure: 'cpr', clock: 'end', of: 's', outcome: 'rosc' })
    expect(resuscitationOf([cpr, end], [], START + 9 * 60_000, RULES)).toBeNull()
    expect(resuscitationOf([cpr], [], START + 9 * 60_000, RULES)).not.toBeNull()
  })
  it('counts shocks and doses since it began, not those before', () => {
    const shocks = [one('d0', -4, { procedure: 'defibrillation' }), one('d1', 2, { procedure: 'defibrillation' })]
    const doses = [one('m0', -1, { drug: 'adrenaline_arrest' }), one('m1', 3, { drug: 'adrenaline_arrest' }), one('m2', 4, { drug: 'aspirin' })]
    expect(resuscitationOf([cpr, ...shocks], doses, START + 5 * 60_000, RULES)).toMatchObject({
      shocks: 1, doses: 1, lastDoseAt: START + 3 * 60_000,
    })
  })
  it('says where the time since the last dose stands, the borders included', () => {
    const state = (minutes: number) => intervalState(START, START + minutes * 60_000, [3, 5])
    expect([0, 2.99, 3, 5, 5.01].map(state)).toEqual(['early', 'early', 'open', 'open', 'late'])
    expect(intervalState(null, START, [3, 5])).toBe('none')
  })
})

describe('limits of a tourniquet', () => {
  it('are passed at 60 and at 120 minutes', () => {
    const passed = (minutes: number) => limitsPassed(at(0), START + minutes * 60_000, [60, 120])
    expect([0, 59.9, 60, 119.9, 120, 300].map(passed)).toEqual([0, 0, 1, 1, 2, 2])
    expect(limitsPassed(null, START, [60, 120])).toBe(0)
  })
})

it('shows a stopwatch', () => {
  expect([0, 59_999, 272_000, 3_872_000, -5].map(stopwatch)).toEqual(['0:00', '0:59', '4:32', '1:04:32', '0:00'])
})
