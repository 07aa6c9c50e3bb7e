import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { LONGEST_PAUSE_MS, pauseAfter, Runner } from './runner'

describe('the pause after failures', () => {
  it('doubles, and never exceeds thirty seconds', () => {
    const pauses = [1, 2, 3, 4, 5, 6, 7, 8, 50].map((failures) => pauseAfter(failures, LONGEST_PAUSE_MS, () => 1))
    expect(pauses).toEqual([500, 1000, 2000, 4000, 8000, 16000, 30000, 30000, 30000])
  })

  it('leaves half of itself to chance, so that a thousand devices do not come back together', () => {
    expect(pauseAfter(7, LONGEST_PAUSE_MS, () => 0)).toBe(15000)
    expect(pauseAfter(7, LONGEST_PAUSE_MS, () => 0.5)).toBe(22500)
  })
})

describe('a runner', () => {
  beforeEach(() => {
    vi.useFakeTimers()
  })
  afterEach(() => {
    vi.useRealTimers()
  })

  it('tries again after a pause, and at once when something wakes it', async () => {
    let isDown = true
    let tries = 0
    const job = async () => {
      tries += 1
      if (isDown) throw new Error('no answer')
      return null
    }
    const runner = new Runner({ name: 'test', job, random: () => 1, isExpected: () => true })
    runner.start()
    await vi.advanceTimersByTimeAsync(0)
    expect(tries).toBe(1)
    await vi.advanceTimersByTimeAsync(499)
    expect(tries).toBe(1)
    await vi.advanceTimersByTimeAsync(1)
    expect(tries).toBe(2)
    isDown = false
    runner.wake()
    await vi.advanceTimersByTimeAsync(0)
    expect(tries).toBe(3)
    expect(runner.failures).toBe(0)
    await vi.advanceTimersByTimeAsync(120_000)
    expect(tries).toBe(3)
  })

  it('never does its job twice at once, and does it once more when woken meanwhile', async () => {
    let running = 0
    let most = 0
    let done = 0
    const job = async () => {
      running += 1
      most = Math.max(most, running)
      await new Promise((resolve) => setTimeout(resolve, 100))
      running -= 1
      done += 1
      return null
    }
    const runner = new Runner({ name: 'test', job })
    runner.start()
    runner.wake()
    runner.wake()
    await vi.advanceTimersByTimeAsync(1000)
    expect(most).toBe(1)
    expect(done).toBe(2)
  })

  it('stays silent after it was stopped', async () => {
    const job = vi.fn(async () => 10)
    const runner = new Runner({ name: 'test', job })
    runner.start()
    await vi.advanceTimersByTimeAsync(0)
    runner.stop()
    await vi.advanceTimersByTimeAsync(1000)
    expect(job).toHaveBeenCalledTimes(1)
  })
})
