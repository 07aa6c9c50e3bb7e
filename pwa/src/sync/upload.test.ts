import 'fake-indexeddb/auto'
import { beforeEach, describe, expect, it } from 'vitest'
import { commit } from './databases'
import type { FakeHub } from './fake_hub'
import { setHubBase } from './hub'
import { deliveryOf, loadLedger } from './ledger'
import { uploads } from './progress'
import { pushOnePhoto } from './push'
import { emptyDevice, restart, sessionOf, signInAs } from './testing'

const BYTES = 300_000
const id = 'encounter:E:rendition:1'
const photo = (bytes = BYTES) => ({
  _id: id,
  kind: 'rendition',
  body: { rendition: 'original', sha256: 'f'.repeat(64) },
  _attachments: { bytes: { content_type: 'image/jpeg', data: new Blob([new Uint8Array(bytes).fill(3)]) } },
})
const heavy = (document: { _attachments?: Record<string, { data?: unknown }> }) => ({ rank: 3, bytes: (document._attachments!.bytes!.data as Blob).size })
const never = new AbortController().signal

describe('a photograph in pieces', () => {
  let hub: FakeHub
  const pieces = () => hub.requests.filter(({ method }) => method === 'PATCH').map(({ body }) => String(body))
  const start = async (token = 'token-li') => {
    await signInAs(hub, sessionOf('li', ['unit_a101'], token))
    await loadLedger()
  }
  beforeEach(async () => {
    hub = await emptyDevice()
    await start()
    await commit('unit_a101', [photo()], 'media', heavy as never)
  })

  it('arrives whole, each byte sent once, and counts as delivered only then', async () => {
    expect(await pushOnePhoto(never)).toBe(true)
    expect(pieces()[0]).toBe(`bytes 0-47999/${BYTES}`)
    expect(pieces().at(-1)).toContain(`-${BYTES - 1}/${BYTES}`)
    expect(hub.has('unit_a101-media', id)).toBe(true)
    expect(deliveryOf(id)).toBe('hub')
    expect(uploads.value.size).toBe(0)
  })

  it('goes on where the hub has it after the line was cut, and says how far it is', async () => {
    hub.cutAfterBytes = 100_000
    await expect(pushOnePhoto(never)).rejects.toThrow('no answer')
    expect(deliveryOf(id)).toBe('device')
    expect(uploads.value.get(id)).toEqual({ done: 48_000, total: BYTES })
    hub.cutAfterBytes = Infinity
    hub.requests.length = 0
    await pushOnePhoto(never)
    expect(pieces()[0]).toMatch(/^bytes 100000-/)
    expect(deliveryOf(id)).toBe('hub')
  })

  it('goes on after a restart of the phone, under a new token and at another address of the same hub', async () => {
    hub.cutAfterBytes = 60_000
    await expect(pushOnePhoto(never)).rejects.toThrow()
    hub.cutAfterBytes = Infinity
    await restart()
    hub.validTokens.clear()
    setHubBase('http://other.test')
    await start('token-new')
    hub.requests.length = 0
    await pushOnePhoto(never)
    expect(pieces()[0]).toMatch(/^bytes 60000-/)
    expect(deliveryOf(id)).toBe('hub')
  })

  it('renews its token in the middle', async () => {
    hub.cutAfterBytes = 60_000
    await expect(pushOnePhoto(never)).rejects.toThrow()
    hub.cutAfterBytes = Infinity
    hub.validTokens.clear()
    await pushOnePhoto(never)
    expect(deliveryOf(id)).toBe('hub')
  })

  it('stops for text, and keeps what is there', async () => {
    const stop = new AbortController()
    const plain = hub.fetch
    const seen = hub.uploads!
    globalThis.fetch = (async (input: RequestInfo | URL, init: RequestInit = {}) => {
      const answer = await plain(input, init)
      if (init.method === 'PATCH') stop.abort()
      if (init.signal?.aborted) throw new DOMException('stopped', 'AbortError')
      return answer
    }) as typeof fetch
    await expect(pushOnePhoto(stop.signal)).rejects.toThrow('no answer')
    globalThis.fetch = plain as typeof fetch
    expect([...seen.values()][0]!.length).toBe(48_000)
    hub.requests.length = 0
    await pushOnePhoto(never)
    expect(pieces()[0]).toMatch(/^bytes 48000-/)
  })

  it('goes whole to a hub that takes no pieces', async () => {
    hub.uploads = null
    await pushOnePhoto(never)
    expect(hub.pathsOf('unit_a101-media/_bulk_docs').length).toBe(1)
    expect(deliveryOf(id)).toBe('hub')
  })
})
