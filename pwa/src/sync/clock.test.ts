import 'fake-indexeddb/auto'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import {
  betterOf,
  checkForJump,
  errorMs,
  grownError,
  hubNow,
  measureClock,
  measurementOf,
  offsetMs,
  onMeasuredLate,
  restoreClock,
  stampClock,
} from './clock'
import type { FakeHub } from './fake_hub'
import { emptyDevice, restart } from './testing'

describe('a measurement', () => {
  it('takes the middle of the round trip for the moment of the hub, and half of the trip as error', () => {
    expect(measurementOf(1_000, 1_400, 5_200)).toEqual({ offsetMs: 4_000, errorMs: 200, atMs: 1_400 })
  })

  it('grows its error by 50 millionths of the time that has passed', () => {
    expect(grownError({ offsetMs: 0, errorMs: 40, atMs: 0 }, 3_600_000)).toBe(220)
  })

  it('gives way to a newer one only when that is better than the old one has become', () => {
    const good = { offsetMs: 10, errorMs: 20, atMs: 0 }
    expect(betterOf(good, { offsetMs: 90, errorMs: 300, atMs: 1_000 })).toBe(good)
    const later = { offsetMs: 14, errorMs: 100, atMs: 3_600_000 }
    expect(betterOf(good, later)).toBe(later)
  })
})

describe('the clock of the device', () => {
  let hub: FakeHub
  beforeEach(async () => {
    hub = await emptyDevice()
  })
  afterEach(() => {
    vi.restoreAllMocks()
  })

  it('says null, not zero, before the hub was asked', () => {
    expect(stampClock()).toMatchObject({ offset_ms: null, error_ms: null })
    expect(offsetMs.value).toBeNull()
  })

  it('finds that the device is an hour slow, and shows the hub its time', async () => {
    hub.offsetMs = 3_600_000
    await measureClock()
    const stamp = stampClock()
    expect(Math.abs(stamp.offset_ms! - 3_600_000)).toBeLessThanOrEqual(stamp.error_ms! + 1)
    expect(Math.abs(hubNow().getTime() - Date.now() - 3_600_000)).toBeLessThanOrEqual(errorMs.value! + 1)
  })

  it('tells when documents of this run were written before it was measured, once', async () => {
    const late = vi.fn()
    const stop = onMeasuredLate(late)
    const { session } = stampClock()
    await measureClock(1)
    await measureClock(1)
    stop()
    expect(late.mock.calls).toEqual([[session]])
  })

  it('trusts no offset after the wall clock was set, and begins another session', async () => {
    await measureClock(1)
    const before = stampClock()
    const now = Date.now()
    vi.spyOn(Date, 'now').mockImplementation(() => now + 600_000)
    const after = stampClock()
    expect(after.offset_ms).toBeNull()
    expect(after.session).not.toBe(before.session)
    await measureClock(1)
    expect(Math.abs(stampClock().offset_ms!)).toBeLessThan(1_000)
  })

  it('does not take ordinary jitter for a jump', () => {
    const now = Date.now()
    vi.spyOn(Date, 'now').mockImplementation(() => now + 900)
    expect(checkForJump()).toBe(false)
  })

  it('uses the kept measurement after a reload, with an error that has grown', async () => {
    hub.offsetMs = -5_000
    await measureClock(1)
    const before = stampClock()
    await restart()
    expect(stampClock().offset_ms).toBeNull()
    await restoreClock()
    expect(stampClock().offset_ms).toBe(before.offset_ms)
    expect(stampClock().error_ms!).toBeGreaterThanOrEqual(before.error_ms!)
  })
})
