import 'fake-indexeddb/auto'
import { beforeEach, describe, expect, it } from 'vitest'
import { commit, openMailbox, readIds } from './databases'
import type { FakeHub } from './fake_hub'
import { generationOf } from './generation_names'
import { recover, type Step } from './generations'
import { cleanUp } from './leaving'
import { deliveryOf, hasRow, loadLedger } from './ledger'
import { pullText } from './pull'
import { pushOnePhoto, pushText } from './push'
import { dropReleased } from './release'
import { emptyDevice, restart, sessionOf, signInAs } from './testing'

const note = (encounter: string, n: number) => ({ _id: `encounter:${encounter}:note:${n}`, kind: 'note', body: { text: `${n}` } })
const photo = (encounter: string, n: number) => ({
  _id: `encounter:${encounter}:rendition:${n}`,
  kind: 'rendition',
  body: { rendition: 'original' },
  _attachments: { bytes: { content_type: 'image/jpeg', data: new Blob([new Uint8Array(2000).fill(n)]) } },
})
const release = (encounter: string, state = 'released', _rev = '1-r') => ({
  _id: `release:${encounter}`,
  _rev,
  kind: 'release',
  encounter,
  at: new Date().toISOString(),
  body: { state },
})
const never = new AbortController().signal
const STEPS: Step[] = ['journal', 'copy', 'compare', 'switch', 'clean', 'destroy']

describe('an encounter that the hub released', () => {
  let hub: FakeHub
  const start = async () => {
    await restart()
    await signInAs(hub, sessionOf('li', ['unit_a101']))
    await loadLedger()
  }
  const bytesOf = async (id: string) => {
    const blob = await (await openMailbox('unit_a101-media')).getAttachment(id, 'bytes')
    return new Uint8Array(await blob.arrayBuffer())
  }
  const ids = (name = 'unit_a101') => readIds(name)
  const encounterIds = async () => (await ids()).filter((id) => id.startsWith('encounter:'))

  beforeEach(async () => {
    hub = await emptyDevice()
    await start()
    await commit('unit_a101', [note('A', 1), note('A', 2), note('B', 3)])
    await commit('unit_a101', [photo('A', 4), photo('B', 5)], 'media')
    await pushText()
    while (await pushOnePhoto(never));
  })

  it('leaves the device, with its rows, and the others stay with their bytes', async () => {
    hub.put('unit_a101', release('A'))
    await pullText('unit_a101')
    expect(await dropReleased('unit_a101', { isShort: true })).toBe(3)
    expect(await ids()).toEqual([note('B', 3)._id, 'release:A'])
    expect(await ids('unit_a101-media')).toEqual([photo('B', 5)._id])
    expect(await bytesOf(photo('B', 5)._id)).toEqual(new Uint8Array(2000).fill(5))
    expect([hasRow(note('A', 1)._id), hasRow(photo('A', 4)._id), deliveryOf(note('B', 3)._id)]).toEqual([false, false, 'hub'])
    const names = (await indexedDB.databases()).map(({ name }) => name).filter((name) => name?.startsWith('_pouch_unit'))
    expect(names.sort()).toEqual(['_pouch_unit_a101-media~1', '_pouch_unit_a101~1'])
  })

  it('stays when no document of release came, whatever is absent on the hub', async () => {
    hub.databases.get('unit_a101')!.clear()
    await pullText('unit_a101')
    expect(await dropReleased('unit_a101', { isShort: true })).toBe(0)
    expect((await ids()).length).toBe(3)
  })

  it('stays, whole, while one revision is not on the hub', async () => {
    hub.put('unit_a101', release('A'))
    await pullText('unit_a101')
    hub.databases.get('unit_a101-media')!.delete(photo('A', 4)._id)
    expect(await dropReleased('unit_a101', { isShort: true })).toBe(0)
    expect((await ids()).length).toBe(4)
  })

  it('stays while one of its entries waits to be delivered', async () => {
    hub.put('unit_a101', release('A'))
    await pullText('unit_a101')
    await commit('unit_a101', [note('A', 9)])
    expect(await dropReleased('unit_a101', { isShort: true })).toBe(0)
    expect(await ids()).toContain(note('A', 9)._id)
  })

  it('waits until it is worth the copy, unless room is short', async () => {
    hub.put('unit_a101', release('A'))
    await pullText('unit_a101')
    expect(await dropReleased('unit_a101')).toBe(0)
    expect(await generationOf('unit_a101')).toBe(0)
  })

  it('stays when the hub took the release back', async () => {
    hub.put('unit_a101', release('A'))
    await pullText('unit_a101')
    hub.databases.get('unit_a101')!.delete('release:A')
    hub.put('unit_a101', release('A', 'withdrawn', '2-w'))
    await pullText('unit_a101')
    expect(await dropReleased('unit_a101', { isShort: true })).toBe(0)
    expect((await encounterIds()).length).toBe(3)
  })

  it('is not left out again and again by a notice that remains', async () => {
    hub.put('unit_a101', release('A'))
    await pullText('unit_a101')
    await dropReleased('unit_a101', { isShort: true })
    expect(await dropReleased('unit_a101', { isShort: true })).toBe(0)
    expect(await generationOf('unit_a101')).toBe(1)
  })

  it('waits while a screen shows it', async () => {
    hub.put('unit_a101', release('A'))
    await pullText('unit_a101')
    expect(await dropReleased('unit_a101', { isShort: true, isShown: (encounter) => encounter === 'A' })).toBe(0)
  })

  it('keeps what is written while the copy is made', async () => {
    hub.put('unit_a101', release('A'))
    await pullText('unit_a101')
    const late: Promise<void>[] = []
    const onStep = (step: Step) => {
      if (step === 'journal' && late.length === 0) late.push(commit('unit_a101', [note('A', 7), note('B', 8)]))
      if (step === 'copy' && late.length === 1) late.push(commit('unit_a101', [note('B', 9)]))
    }
    await dropReleased('unit_a101', { isShort: true, onStep })
    await Promise.all(late)
    expect(await encounterIds()).toEqual([note('A', 7)._id, note('B', 3)._id, note('B', 8)._id, note('B', 9)._id])
    expect(deliveryOf(note('A', 7)._id)).toBe('device')
  })

  it('does not switch while another tab has the database open and cannot let go', async () => {
    hub.put('unit_a101', release('A'))
    await pullText('unit_a101')
    let letGo: () => void = () => undefined
    const otherTab = navigator.locks.request('greenlane-store:unit_a101-media', { mode: 'shared' }, () => new Promise<void>((resolve) => (letGo = resolve)))
    expect(await dropReleased('unit_a101', { isShort: true })).toBe(0)
    expect((await ids()).length).toBe(4)
    letGo()
    await otherTab
    expect(await dropReleased('unit_a101', { isShort: true })).toBe(3)
  })

  it.each(STEPS)('is whole after a crash behind the step "%s", of either lane, and goes the next time', async (stop) => {
    hub.put('unit_a101', release('A'))
    await pullText('unit_a101')
    for (const lane of [1, 2]) {
      let seen = 0
      const onStep = (step: Step) => {
        if (step === stop && ++seen === lane) throw new Error('power cut')
      }
      await dropReleased('unit_a101', { isShort: true, onStep }).catch((error: Error) => expect(error.message).toBe('power cut'))
      await start()
      for (const name of ['unit_a101', 'unit_a101-media']) await recover(name, cleanUp)
      expect(await ids()).toContain(note('B', 3)._id)
      expect(await bytesOf(photo('B', 5)._id)).toEqual(new Uint8Array(2000).fill(5))
      const texts = (await ids()).filter((id) => id.startsWith('encounter:A'))
      expect([0, 2]).toContain(texts.length) // all of a lane, or nothing
    }
    await dropReleased('unit_a101', { isShort: true })
    expect([await encounterIds(), await ids('unit_a101-media')]).toEqual([[note('B', 3)._id], [photo('B', 5)._id]])
    const names = (await indexedDB.databases()).map(({ name }) => name).filter((name) => name?.startsWith('_pouch_unit'))
    expect(names.length).toBe(2)
  })

  it('comes back with new sequences when it is reopened', async () => {
    hub.put('unit_a101', release('A'))
    await pullText('unit_a101')
    await dropReleased('unit_a101', { isShort: true })
    const rows = hub.databases.get('unit_a101')!
    const documents = [...rows.values()].map(({ document }) => document).filter(({ _id }) => _id.startsWith('encounter:A'))
    for (const document of documents) {
      rows.delete(document._id)
      hub.put('unit_a101', document)
    }
    await pullText('unit_a101')
    expect((await ids()).filter((id) => id.startsWith('encounter:A')).length).toBe(2)
    expect(deliveryOf(note('A', 1)._id)).toBe('hub')
  })
})
