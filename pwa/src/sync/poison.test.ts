import 'fake-indexeddb/auto'
import { beforeEach, describe, expect, it } from 'vitest'
import { commit } from './databases'
import type { FakeHub } from './fake_hub'
import { deliveryOf, isTextUrgent, loadLedger, pendingTextCount, refusalReason, rowOf } from './ledger'
import { pushOnePhoto, pushText } from './push'
import { emptyDevice, restart, sessionOf, signInAs } from './testing'

const COUNT = 20
const note = (n: number) => ({ _id: `encounter:E:note:${String(n).padStart(3, '0')}`, kind: 'note', body: {} })
const id = (n: number) => note(n)._id
const photo = (name: string) => ({
  _id: `encounter:E:rendition:${name}`,
  kind: 'rendition',
  body: { rendition: 'original' },
  _attachments: { bytes: { content_type: 'image/jpeg', data: new Blob([new Uint8Array(10)]) } },
})
const never = new AbortController().signal

describe('one document that the hub cannot take', () => {
  let hub: FakeHub
  let poison = id(7)
  const sizes = () => hub.requests.filter(({ path }) => path.endsWith('_bulk_docs')).map(({ body }) => (body as { docs: unknown[] }).docs.length)
  const delivered = () => Array.from({ length: COUNT }, (_, n) => deliveryOf(id(n))).filter((state) => state === 'hub').length

  /** The hub answers this to every request that has the document in it. */
  function answerPoison(status: number, error = 'internal_server_error'): void {
    hub.intercept = (path, body) => {
      const documents = path.endsWith('_bulk_docs') ? (body as { docs: { _id: string }[] }).docs : []
      if (!documents.some((one) => one._id === poison)) return null
      return new Response(JSON.stringify({ error, reason: 'about one of them' }), { status })
    }
  }

  beforeEach(async () => {
    poison = id(7)
    hub = await emptyDevice()
    await signInAs(hub, sessionOf('li', ['unit_a101']))
    await loadLedger()
    await commit('unit_a101', Array.from({ length: COUNT }, (_, n) => note(n)))
  })

  it.each([500, 409, 412, 415, 422])('does not hold up the others when their request is answered %i; it waits and is tried again', async (status) => {
    answerPoison(status)
    await expect(pushText()).rejects.toThrow('about one of them')
    expect(delivered()).toBe(COUNT - 1)
    expect(deliveryOf(poison)).toBe('device')
    expect(refusalReason(poison)).toContain('about one of them')
    hub.intercept = () => null
    await pushText()
    expect(delivered()).toBe(COUNT)
  })

  it.each([400, 413])('is refused alone, with its reason, when the answer is %i', async (status) => {
    answerPoison(status, 'bad_request')
    await pushText()
    expect(delivered()).toBe(COUNT - 1)
    expect(deliveryOf(poison)).not.toBe('device')
    expect(refusalReason(poison)).toContain('about one of them')
  })

  it.each(['missing_stub', 'content_md5_mismatch', 'internal_server_error'])('does not hold up a later batch when its row says %s', async (error) => {
    hub.refuse = (_, document) => (document._id === poison ? { error, reason: 'not now' } : null)
    await commit('unit_a101', Array.from({ length: 300 }, (_, n) => note(100 + n)))
    await expect(pushText()).rejects.toThrow('not now')
    expect(pendingTextCount.value).toBe(1)
    expect(deliveryOf(poison)).toBe('device')
    hub.refuse = () => null
    await pushText()
    expect(pendingTextCount.value).toBe(0)
  })

  it.each([500, 507, 429])('is not looked for by halving when a hub answers %i to everything', async (status) => {
    hub.intercept = (path) => (path.endsWith('_bulk_docs') ? new Response('{"error":"x","reason":"all of it"}', { status }) : null)
    await expect(pushText()).rejects.toThrow('all of it')
    expect(sizes().length).toBeLessThan(12)
    expect(pendingTextCount.value).toBe(COUNT)
    hub.intercept = () => null
    await pushText()
    expect(delivered()).toBe(COUNT)
  })

  it('goes behind the others, and lets photographs pass, after it failed again and again', async () => {
    answerPoison(500)
    for (let round = 0; round < 3; round += 1) await expect(pushText()).rejects.toThrow()
    expect(rowOf(poison)?.attempts).toBe(3)
    expect(isTextUrgent()).toBe(false)
    await commit('unit_a101', [photo('a')], 'media')
    expect(await pushOnePhoto(never)).toBe(true)
    expect(hub.has('unit_a101-media', photo('a')._id)).toBe(true)
    await commit('unit_a101', [note(50)])
    expect(isTextUrgent()).toBe(true)
    hub.requests.length = 0
    await expect(pushText()).rejects.toThrow()
    expect(deliveryOf(id(50))).toBe('hub')
    expect(deliveryOf(poison)).toBe('device')
  })

  it('is still there after a restart', async () => {
    answerPoison(500)
    await expect(pushText()).rejects.toThrow()
    await restart()
    await signInAs(hub, sessionOf('li', ['unit_a101']))
    await loadLedger()
    expect(deliveryOf(poison)).toBe('device')
    hub.intercept = () => null
    await pushText()
    expect(hub.has('unit_a101', poison)).toBe(true)
  })

  it('lets other photographs pass, if it is a photograph', async () => {
    await pushText()
    await commit('unit_a101', [photo('a'), photo('b')], 'media')
    poison = photo('a')._id
    answerPoison(500)
    for (let round = 0; round < 3; round += 1) await expect(pushOnePhoto(never)).rejects.toThrow()
    expect(await pushOnePhoto(never)).toBe(true)
    expect(deliveryOf(photo('b')._id)).toBe('hub')
    expect(deliveryOf(poison)).toBe('device')
  })
})
