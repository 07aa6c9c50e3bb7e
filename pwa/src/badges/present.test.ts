import 'fake-indexeddb/auto'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { keepRoster } from '@/sync/roster'
import type { RosterStaff } from '@/sync/roster'
import { clearPresent, endIfIdle, IDLE_MS, present, setPresent, touched } from './present'
import { textOf } from './tags'

vi.mock('@/sync/session', () => ({ session: { value: { staff: { id: 's-zhao', role: 'nurse' } } }, onSession: () => () => undefined }))
const wu: RosterStaff = { id: 's-wu', name: '吴', role: 'specialist', active: true, sites: ['county'], units: [] }
const inRoster = (staff: RosterStaff) => keepRoster([{ _id: `staff:${staff.id}`, kind: 'staff', ...staff } as never])

describe('who is at this device', () => {
  beforeEach(async () => {
    clearPresent()
    await inRoster(wu)
    setPresent({ staff: wu, method: 'nfc', claims: { badge: 'b-0102030405aa' } as never })
  })

  it('is the person of the badge', () => expect(present.value).toEqual({ id: 's-wu', name: '吴', role: 'specialist', badge: 'b-0102030405aa', method: 'nfc' }))

  it('ends when nobody touched the device for a while, and a touch after that brings nobody back', () => {
    endIfIdle(Date.now() + IDLE_MS - 1_000)
    expect(present.value?.id).toBe('s-wu')
    touched(Date.now() + IDLE_MS + 1)
    expect(present.value).toBeNull()
  })

  it('goes on while somebody works', () => {
    touched(Date.now() + IDLE_MS - 1_000)
    endIfIdle(Date.now() + IDLE_MS + 1_000)
    expect(present.value?.id).toBe('s-wu')
  })

  it('ends when the roster says that they no longer work here', async () => {
    await inRoster({ ...wu, active: false })
    expect(present.value).toBeNull()
  })

  it('keeps nothing that a badge proves with', () => expect(sessionStorage.getItem('greenlane.present') ?? '').not.toContain('signature'))
})

describe('a tag', () => {
  const bytes = (text: string) => new DataView(new TextEncoder().encode(text).buffer)
  it('is read from a text record or the badge record', () => {
    expect(textOf([{ recordType: 'text', encoding: 'utf-8', data: bytes('GB1.x') }])).toBe('GB1.x')
    expect(textOf([{ recordType: 'mime', mediaType: 'application/vnd.greenlane.badge', data: bytes('GB1.y') }])).toBe('GB1.y')
    expect(textOf([{ recordType: 'url', data: bytes('https://x') }])).toBeNull()
    expect(textOf([])).toBeNull()
  })
})
