import 'fake-indexeddb/auto'
import { beforeEach, describe, expect, it } from 'vitest'
import { commit, readIds } from './databases'
import type { FakeHub } from './fake_hub'
import { checkForLosses, noteKept } from './losses'
import { deliveryOf, loadLedger } from './ledger'
import { pullText } from './pull'
import { pushOnePhoto, pushText } from './push'
import { knownStubs } from './renditions'
import { makeRoom } from './room'
import { markLossSeen, storeLoss } from './store_loss'
import { emptyDevice, restart, sessionOf, signInAs } from './testing'

const photo = (encounter: string, rendition: string, bytes: number) => ({
  _id: `encounter:${encounter}:rendition:${rendition}`,
  kind: 'rendition',
  body: { rendition },
  _attachments: { bytes: { content_type: 'image/jpeg', data: new Blob([new Uint8Array(bytes)]) } },
})
const idsOf = (...parts: [string, string][]) => parts.map(([encounter, rendition]) => `encounter:${encounter}:rendition:${rendition}`)
const note = (n: number) => ({ _id: `encounter:A:note:${n}`, kind: 'note', body: {} })
const never = new AbortController().signal
const isClosed = (encounter: string) => encounter !== 'C'

async function device(): Promise<FakeHub> {
  const hub = await emptyDevice()
  await signInAs(hub, sessionOf('li', ['unit_a101']))
  await loadLedger()
  return hub
}

describe('making room', () => {
  beforeEach(async () => {
    await device()
    for (const encounter of ['A', 'B', 'C']) {
      await commit('unit_a101', [photo(encounter, 'original', 1000), photo(encounter, 'thumbnail', 100)], 'media')
    }
    while (await pushOnePhoto(never));
  })
  const drop = (wantedBytes: number, leftBytes = Infinity) => makeRoom('unit_a101', { wantedBytes, leftBytes, isClosed })
  const left = () => readIds('unit_a101-media')

  it('drops the original of the oldest closed encounter first', async () => {
    expect(await drop(900)).toBe(1000)
    expect(await left()).toEqual(idsOf(['A', 'thumbnail'], ['B', 'original'], ['B', 'thumbnail'], ['C', 'original'], ['C', 'thumbnail']))
  })

  it('drops all originals before the thumbnails of closed encounters, and keeps an open one’s thumbnail', async () => {
    await drop(3000)
    expect(await left()).toEqual(idsOf(['A', 'thumbnail'], ['B', 'thumbnail'], ['C', 'thumbnail']))
    await drop(10_000)
    expect(await left()).toEqual(idsOf(['C', 'thumbnail']))
  })

  it('never drops what the hub has not', async () => {
    await commit('unit_a101', [photo('A', 'original2', 5000)].map((one) => ({ ...one, body: { rendition: 'original' } })), 'media')
    await drop(1_000_000)
    expect(await left()).toContain('encounter:A:rendition:original2')
    expect(deliveryOf('encounter:A:rendition:original2')).toBe('device')
  })

  it('still knows of dropped photographs, as being on the hub', async () => {
    await drop(900)
    const [id] = idsOf(['A', 'original'])
    expect(await knownStubs([id!])).toEqual(new Set([id]))
    expect(deliveryOf(id!)).toBe('hub')
  })

  it('leaves everything as it is when there is no room even for the copy', async () => {
    await commit('unit_a101', [photo('A', 'x', 5000)], 'media')
    expect(await drop(900, 1000)).toBe(0)
    expect((await left()).length).toBe(7)
  })
})

describe('a browser that cleared what the device held', () => {
  let hub: FakeHub
  beforeEach(async () => {
    hub = await device()
    await commit('unit_a101', [note(1), note(2)])
    await pushText()
    await commit('unit_a101', [note(3)])
    await noteKept()
  })
  const clear = async (...names: string[]) => {
    await restart()
    for (const name of names) await new Promise((done) => (indexedDB.deleteDatabase(name).onsuccess = done))
    await signInAs(hub, sessionOf('li', ['unit_a101']))
    await loadLedger()
  }

  it('is noticed when one database is gone; how much, and how much the hub never had', async () => {
    await clear('_pouch_unit_a101')
    await checkForLosses(5)
    expect(storeLoss.value).toEqual({ at: 5, missing: 3, undelivered: 1, isSeen: false })
    await pullText('unit_a101')
    expect(await readIds('unit_a101')).toEqual([note(1)._id, note(2)._id])
  })

  it('is noticed when everything is gone', async () => {
    await clear('_pouch_unit_a101', 'greenlane-device', 'greenlane-ledger')
    await checkForLosses(5)
    expect(storeLoss.value).toEqual({ at: 5, missing: 3, undelivered: 1, isSeen: false })
  })

  it('is noticed by the cookie when the note is gone too', async () => {
    localStorage.clear()
    await clear('_pouch_unit_a101', 'greenlane-device', 'greenlane-ledger')
    await checkForLosses(5)
    expect(storeLoss.value).toEqual({ at: 5, missing: null, undelivered: null, isSeen: false })
  })

  it('is said once, until somebody has read it', async () => {
    await clear('_pouch_unit_a101')
    await checkForLosses()
    await markLossSeen()
    await checkForLosses()
    expect(storeLoss.value).toBeNull()
  })

  it('is not suspected after an ordinary start, or when only the note is gone', async () => {
    await clear()
    await checkForLosses()
    localStorage.clear()
    await checkForLosses()
    expect(storeLoss.value).toBeNull()
  })
})
