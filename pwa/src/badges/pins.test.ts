import 'fake-indexeddb/auto'
import { beforeEach, describe, expect, it } from 'vitest'
import { keepRoster } from '@/sync/roster'
import { readValue, removeValue } from '@/sync/own_database'
import { checkPin, isTooSimple, keepPin, peopleWithPin, waitAfter, type KeptPin } from './pins'

const now = 1_800_000_000_000
const PIN = '271828'

describe('PINs of a device', () => {
  beforeEach(async () => {
    await removeValue('badge_pins')
    await keepRoster([{ _id: 'staff:s-wu', kind: 'staff', id: 's-wu', name: '吴', role: 'specialist', active: true, sites: [], units: [] } as never])
    await keepPin('s-wu', PIN, 1_000)
  })

  it('knows the person by the right PIN and counts from zero again', async () => {
    expect(await checkPin('s-wu', '000000', now)).toMatchObject({ outcome: 'wrong', left: 9, waitMs: 0 })
    expect(await checkPin('s-wu', PIN, now)).toMatchObject({ outcome: 'ok', proven: { method: 'pin', claims: null } })
    expect(await checkPin('s-wu', '000000', now)).toMatchObject({ outcome: 'wrong', left: 9 })
    expect(await checkPin('s-li', PIN, now)).toEqual({ outcome: 'none' })
  }, 30_000)

  it('makes the third and later failures wait, also for the right PIN', async () => {
    for (const _ of [1, 2]) await checkPin('s-wu', '000000', now)
    expect(await checkPin('s-wu', '000000', now)).toMatchObject({ outcome: 'wrong', waitMs: 30_000 })
    expect(await checkPin('s-wu', PIN, now + 1)).toMatchObject({ outcome: 'wait' })
    expect(await checkPin('s-wu', PIN, now + 30_001)).toMatchObject({ outcome: 'ok' })
    expect([2, 3, 4, 9].map(waitAfter)).toEqual([0, 30_000, 60_000, 900_000])
  }, 30_000)

  it('erases the PIN after ten failures', async () => {
    let last = ''
    for (let tried = 0; tried < 10; tried += 1) last = (await checkPin('s-wu', '000000', now + tried * 3_600_000)).outcome
    expect(last).toBe('erased')
    expect(await peopleWithPin()).toEqual([])
  }, 60_000)

  it('refuses the PIN of somebody who no longer works here', async () => {
    await keepRoster([{ _id: 'staff:s-wu', kind: 'staff', id: 's-wu', name: '吴', role: 'specialist', active: false, sites: [], units: [] } as never])
    expect(await checkPin('s-wu', PIN, now)).toEqual({ outcome: 'inactive' })
  }, 30_000)

  it('keeps a salted slow hash and no PIN', async () => {
    await keepPin('s-wu', PIN)
    const { 's-wu': kept } = (await readValue<Record<string, KeptPin>>('badge_pins'))!
    expect(JSON.stringify(kept)).not.toContain(PIN)
    expect(kept!.iterations).toBeGreaterThanOrEqual(600_000)
    await keepPin('s-wu', PIN)
    expect((await readValue<Record<string, KeptPin>>('badge_pins'))!['s-wu']!.hash).not.toBe(kept!.hash)
  }, 30_000)

  it.each(['111111', '123456', '654321', '12345', 'abcdef'])('%s is too simple', (pin) => expect(isTooSimple(pin)).toBe(true))
  it('takes others', () => expect(isTooSimple(PIN)).toBe(false))
})
