import 'fake-indexeddb/auto'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { measureStorage } from '@/device/storage'
import { setContact } from './contact'
import { commit, readIds, storeFromHub } from './databases'
import type { FakeHub } from './fake_hub'
import { loadLedger } from './ledger'
import { pushOnePhoto, pushText } from './push'
import { emptyDevice, sessionOf, signInAs } from './testing'
import type { StoredDocument } from './types'
import { keepHouse, tellOfEncounters } from './upkeep'

const original = (n: number) =>
  ({
    _id: `encounter:A:rendition:${n}`,
    kind: 'rendition',
    body: { rendition: 'original' },
    _attachments: { bytes: { content_type: 'image/jpeg', data: btoa('x'.repeat(900)) } },
  }) as unknown as StoredDocument

describe('a device that runs short of room', () => {
  let hub: FakeHub
  beforeEach(async () => {
    hub = await emptyDevice()
    await signInAs(hub, sessionOf('li', ['unit_a101']))
    await loadLedger()
    await commit('unit_a101', [original(1)], 'media')
    await pushOnePhoto(new AbortController().signal)
    await commit('unit_a101', [original(2)], 'media')
    const estimate = () => Promise.resolve({ usage: 999_000_000, quota: 1_000_000_000 })
    Object.defineProperty(navigator, 'storage', { configurable: true, value: { estimate } })
    tellOfEncounters({ isShown: () => false, isClosed: () => true })
    await keepHouse() // the first round only measures
  })
  afterEach(() => {
    Object.defineProperty(navigator, 'storage', { configurable: true, value: undefined })
    tellOfEncounters({ isShown: () => true, isClosed: () => false })
    vi.unstubAllGlobals()
  })

  it('drops delivered originals also of those who had it before, and nothing that the hub has not', async () => {
    await signInAs(hub, sessionOf('wu', ['unit_a102']))
    await measureStorage()
    await keepHouse()
    expect(await readIds('unit_a101-media')).toEqual([original(2)._id])
  })

  it('makes room also while the hub does not answer', async () => {
    await commit('unit_a101', [{ _id: 'encounter:B:note:1', kind: 'note', body: {} }])
    await pushText()
    await storeFromHub('unit_a101', [{ _id: 'release:B', _rev: '1-a', body: { state: 'released' } }])
    hub.isCut = true
    setContact({ connected: true, lastContactAt: Date.now() }) // it has not been noticed yet
    await expect(keepHouse()).rejects.toThrow('no answer')
    expect(await readIds('unit_a101-media')).toEqual([original(2)._id])
  })
})
