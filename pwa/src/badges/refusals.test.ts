import 'fake-indexeddb/auto'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { HubUnreachable } from '@/sync/hub'
import { valueNames } from '@/sync/own_database'
import { deliverRefused, noteRefused } from './refusals'

const asked = vi.hoisted(() => ({ answer: (_body: unknown): unknown => ({ ok: true, body: { taken: [] } }), bodies: [] as unknown[] }))
vi.mock('@/sync/session', () => ({
  session: { value: { staff: { id: 's-zhao', role: 'nurse' } } },
  askSigned: async (_path: string, { body }: { body: unknown }) => {
    asked.bodies.push(body)
    return asked.answer(body)
  },
}))
const takeAll = (body: unknown): unknown => ({ ok: true, body: { taken: (body as { attempts: { id: string }[] }).attempts.map(({ id }) => id) } })
const kept = (): Promise<string[]> => valueNames('badge_attempt.')

describe('refused badges outside of an encounter', () => {
  beforeEach(async () => {
    asked.answer = takeAll
    await deliverRefused()
    asked.bodies = []
  })

  it('stay until the hub has named them as taken', async () => {
    asked.answer = () => {
      throw new HubUnreachable('offline')
    }
    await noteRefused({ reason: 'revoked', method: 'nfc', place: 'board', badge: 'b-1', claimed_staff: 's-wu' })
    expect(await kept()).toHaveLength(1)
    asked.answer = () => ({ ok: false, status: 500, body: {} })
    await deliverRefused()
    asked.answer = () => ({ ok: true, body: { taken: ['another'] } })
    await deliverRefused()
    expect(await kept()).toHaveLength(1)
    asked.answer = takeAll
    await deliverRefused()
    expect(await kept()).toEqual([])
    expect(asked.bodies.at(-1)).toMatchObject({ attempts: [{ reason: 'revoked', method: 'nfc', place: 'board', badge: 'b-1', claimed_staff: 's-wu' }] })
  })

  it('go one by one: what came meanwhile is not lost', async () => {
    asked.answer = () => {
      throw new HubUnreachable('offline')
    }
    for (const reason of ['forged', 'expired']) await noteRefused({ reason, method: 'qr', place: 'board' })
    asked.answer = (body) => ({ ok: true, body: { taken: [(body as { attempts: { id: string }[] }).attempts[0]!.id] } })
    await deliverRefused()
    expect(await kept()).toHaveLength(1)
  })
})
