import 'fake-indexeddb/auto'
import { readFileSync } from 'node:fs'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { keepRoster } from '@/sync/roster'
import { askForBadge, badgeRead, heard } from './listening'
import { clearPresent, present } from './present'
import type { Proven } from './store'

const noted = vi.hoisted(() => [] as unknown[][])
vi.mock('@/sync/session', () => ({ session: { value: { staff: { id: 's-zhao', role: 'nurse' } } }, onSession: () => () => undefined }))
vi.mock('./refusals', () => ({ noteRefused: (...said: unknown[]) => noted.push(said) }))
vi.mock('@/sync/clock', () => ({ hubNow: () => new Date(20780 * 86_400_000) }))

const vectors = JSON.parse(readFileSync(`${process.cwd()}/../tests/vectors/badges/tokens.json`, 'utf-8')) as {
  keys: unknown[]
  cases: { name: string; token: string }[]
}
const token = (name: string): string => vectors.cases.find((one) => one.name === name)!.token
const GOOD = token('good')

describe('a badge that is read', () => {
  beforeEach(async () => {
    noted.length = 0
    clearPresent()
    await keepRoster([
      { _id: 'badges:keys', kind: 'badge_keys', keys: vectors.keys },
      { _id: 'badges:revoked', kind: 'badges_revoked', revoked: [{ id: 'b-0102030405b0', at: '' }] },
      { _id: 'staff:s-demo-specialist', kind: 'staff', id: 's-demo-specialist', name: '吴示衡', role: 'specialist', active: true, sites: ['county'], units: [] },
    ] as never[])
  })

  it('says who is at the device', async () => {
    expect(await badgeRead(GOOD, 'nfc')).toBe(true)
    expect(present.value).toMatchObject({ name: '吴示衡', badge: 'b-0102030405aa', method: 'nfc' })
    expect(heard.value).toMatchObject({ name: '吴示衡', refusal: null })
    expect(noted).toEqual([])
  })

  it.each([
    ['revoked', 'revoked'],
    ['day_after_the_last', 'expired'],
    ['expiry_changed', 'forged'],
    ['key_of_another_hub', 'unknown_key'],
    ['staff_unknown', 'staff_unknown'],
  ])('%s: is refused, noted, and leaves who is acting as it was', async (name, refusal) => {
    await badgeRead(GOOD, 'nfc')
    await badgeRead(token(name), 'qr')
    expect(heard.value?.refusal).toBe(refusal)
    expect(noted[0]![0]).toMatchObject({ reason: refusal, method: 'qr' })
    expect(present.value?.id).toBe('s-demo-specialist')
  })

  it('goes to the sheet that asks for one, and nobody else becomes the acting person', async () => {
    const given: Proven[] = []
    const stop = askForBadge({ take: (proven) => (given.push(proven), null), place: 'checklist', where: { encounter: 'E', action: 'checklist' } })
    await badgeRead(GOOD, 'wedge')
    stop()
    expect(given.map(({ staff, method }) => [staff.id, method])).toEqual([['s-demo-specialist', 'wedge']])
    expect(heard.value).toMatchObject({ name: '吴示衡', method: 'wedge' }) // the banner says how, with nobody acting yet
    expect(present.value).toBeNull()
  })

  it('is refused where another person is needed, and that is noted at the patient', async () => {
    const stop = askForBadge({ take: () => 'not_this_person', place: 'drug', where: { encounter: 'E', action: 'second_check' } })
    await badgeRead(GOOD, 'nfc')
    stop()
    expect(heard.value?.refusal).toBe('not_this_person')
    expect(noted[0]).toMatchObject([{ reason: 'not_this_person', place: 'drug', claimed_staff: 's-demo-specialist' }, { encounter: 'E', action: 'second_check' }])
  })

  it('is left alone when it is another room’s code, unless a tag was held to the device', async () => {
    expect(await badgeRead('GW1.SOMETHING', 'qr')).toBe(false)
    expect(noted).toEqual([])
    expect(await badgeRead('https://example.org', 'nfc')).toBe(true)
    expect(await badgeRead(null, 'nfc')).toBe(true)
    expect(noted.map(([said]) => (said as { reason: string }).reason)).toEqual(['unreadable', 'unreadable'])
  })

  it('is not taken for who acts when the same tag is read once more after the sheet has closed', async () => {
    const now = vi.spyOn(performance, 'now').mockReturnValue(50_000)
    const stop = askForBadge({ take: () => null, place: 'checklist', where: {} })
    await badgeRead(GOOD, 'nfc')
    stop()
    now.mockReturnValue(51_200)
    await badgeRead(GOOD, 'nfc')
    now.mockReturnValue(52_500)
    await badgeRead(GOOD, 'nfc') // still in the same hand: each reading counts anew
    expect(present.value).toBeNull()
    now.mockReturnValue(60_000)
    await badgeRead(GOOD, 'nfc')
    expect(present.value?.id).toBe('s-demo-specialist')
    now.mockRestore()
  })
})
