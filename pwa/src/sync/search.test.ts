import { describe, expect, it } from 'vitest'
import { mustAsk, searchPause, type Beat, type Searching } from './search'

const MINUTE = 60_000
const searching = (part: Partial<Searching> = {}): Searching => ({ isVisible: true, isWaiting: true, silentMs: 1_000, failures: 9, ...part })
const range = (part: Partial<Searching>) => [searchPause(searching(part), () => 0), searchPause(searching(part), () => 1)]

describe('looking for the hub', () => {
  it('is close while text waits and somebody looks, by chance between half a pause and a whole one', () => {
    expect(range({})).toEqual([100, 200])
    expect(range({ failures: 200 })).toEqual([100, 200])
    expect(range({ silentMs: MINUTE })).toEqual([250, 500])
  })
  it('grows rarer the longer nothing was heard, and while nothing waits', () => {
    expect(range({ silentMs: 5 * MINUTE })[1]).toBe(2_000)
    expect(range({ silentMs: 50 * MINUTE })[1]).toBe(10_000)
    expect(range({ isWaiting: false })[1]).toBe(5_000)
  })
  it('never waits longer than 30 seconds, on a dark screen or after a night', () => {
    for (const isVisible of [true, false])
      for (const isWaiting of [true, false])
        for (const silentMs of [0, 10 * MINUTE, 600 * MINUTE])
          expect(range({ isVisible, isWaiting, silentMs, failures: 5_000 })[1]).toBeLessThanOrEqual(30_000)
    expect(range({ isVisible: false })).toEqual([15_000, 30_000])
  })
})

describe('a beat of the pulse', () => {
  const asks = (part: Partial<Beat>) => mustAsk({ isDoubtful: false, isConnected: true, sinceContactMs: 1_000, round: 1, ...part }, 20_000)
  it('asks every third time while other lanes hear from the hub', () => {
    expect([0, 1, 2, 3].map((round) => asks({ round }))).toEqual([true, false, false, true])
  })
  it('asks each time after a request without an answer, however fresh the last one is', () => {
    expect([1, 2, 4].map((round) => asks({ round, isConnected: false, sinceContactMs: 10 }))).toEqual([true, true, true])
  })
  it('asks when something hints at a loss, and when nothing was heard for a beat', () => {
    expect([asks({ isDoubtful: true }), asks({ sinceContactMs: 20_000 }), asks({ sinceContactMs: null })]).toEqual([true, true, true])
  })
})
