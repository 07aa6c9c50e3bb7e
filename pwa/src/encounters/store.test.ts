import 'fake-indexeddb/auto'
import { beforeEach, describe, expect, it } from 'vitest'
import { newUlid } from '@/device/ids'
import { measureClock } from '@/sync/clock'
import { openMailbox } from '@/sync/databases'
import type { FakeHub } from '@/sync/fake_hub'
import { deliveryOf, loadLedger, pendingTextCount, rowsInState } from '@/sync/ledger'
import { pullMedia, pullText } from '@/sync/pull'
import { pushOnePhoto, pushText } from '@/sync/push'
import { emptyDevice, restart, sessionOf, signInAs } from '@/sync/testing'
import {
  addPhoto,
  closeEncounter,
  correct,
  moveEntry,
  newEncounter,
  openEncounter,
  record,
  reopenEncounter,
  retract,
  summaries,
} from './store'
import { forgetOpened } from './store/held'
import { forgetSummaries, loadSummaries, refreshSummaries, verifySummaries } from './store/summaries'

const settled = () => refreshSummaries([])
const soon = () => new Promise((resolve) => setTimeout(resolve, 5))
const picture = (size: number) => new Blob([new Uint8Array(size).fill(7)], { type: 'image/jpeg' })

async function crash(hub: FakeHub): Promise<void> {
  await restart()
  forgetOpened()
  forgetSummaries()
  await signInAs(hub, sessionOf('li', ['unit_a101']))
  await loadLedger()
}

describe('the encounters of a device', () => {
  let hub: FakeHub
  beforeEach(async () => {
    hub = await emptyDevice()
    hub.isCut = true
    await crash(hub)
  })

  it('begins one and records facts without a network', async () => {
    const encounter = await newEncounter('stroke', { symptom: 'weakness' })
    await record(encounter, 'vitals', { sbp: 182, hr: 90 })
    const open = await openEncounter(encounter)
    expect(open.folded.value).toMatchObject({ pathway: 'stroke', unit: 'a101', state: 'open', documents: 2 })
    expect([...open.delivery.value.values()]).toEqual(['device', 'device'])
    await settled()
    expect(summaries.value).toMatchObject([{ encounter, pathway: 'stroke', mailbox: 'unit_a101', pending: 2, held: 2 }])
  })

  it('shows an opened encounter what is recorded afterwards, at once', async () => {
    const encounter = await newEncounter('stroke')
    const open = await openEncounter(encounter)
    await record(encounter, 'vitals', { sbp: 182 })
    expect(open.folded.value.vitals.latest.sbp?.value).toBe(182)
  })

  it('has everything after a crash, and lists it before PouchDB is loaded', async () => {
    const encounter = await newEncounter('stroke')
    await record(encounter, 'vitals', { sbp: 182 })
    await settled()
    await crash(hub)
    await loadSummaries()
    expect(summaries.value.map((row) => row.encounter)).toEqual([encounter])
    expect((await openEncounter(encounter)).folded.value.vitals.latest.sbp?.value).toBe(182)
  })

  it('makes the row of a document that a crash left without one', async () => {
    const encounter = await newEncounter('stroke')
    await settled()
    const late = { ...(await openEncounter(encounter)).documents.value.values().next().value!, _id: `encounter:${encounter}:note:${newUlid()}`, kind: 'note', body: { text: 'x' } }
    await (await openMailbox('unit_a101')).bulkDocs([late as never].map((document) => ({ ...(document as object), _rev: undefined }) as never))
    await crash(hub)
    await loadSummaries()
    expect(summaries.value[0]!.held).toBe(1)
    await verifySummaries()
    expect(summaries.value[0]!.held).toBe(2)
  })

  it('corrects by superseding, for the same moment, and keeps the wrong one', async () => {
    const encounter = await newEncounter('stroke')
    const wrong = await record(encounter, 'vitals', { sbp: 18 }, { occurredAt: '2026-11-21T09:00:00.000Z' })
    await correct(encounter, wrong, { sbp: 180 })
    const { folded } = await openEncounter(encounter)
    expect(folded.value.vitals.latest.sbp).toMatchObject({ value: 180, entry: { at: '2026-11-21T09:00:00.000Z' } })
    expect(folded.value.superseded).toEqual([wrong])
  })

  it('retracts, closes and reopens', async () => {
    const encounter = await newEncounter('stroke')
    const wrong = await record(encounter, 'note', { text: 'x' })
    await retract(encounter, wrong, 'wrong_value')
    await closeEncounter(encounter, 'cancelled')
    const { folded } = await openEncounter(encounter)
    expect(folded.value).toMatchObject({ state: 'closed', notes: [], retracted: [{ id: wrong }] })
    await reopenEncounter(encounter)
    expect(folded.value.state).toBe('open')
  })

  it('moves an entry to the right patient, and says so in both', async () => {
    const [wrong, right] = [await newEncounter('stroke'), await newEncounter('trauma')]
    const id = await record(wrong, 'vitals', { sbp: 182 })
    const moved = await moveEntry(wrong, id, right)
    const [from, to] = [(await openEncounter(wrong)).folded.value, (await openEncounter(right)).folded.value]
    expect(from.vitals.latest.sbp).toBeUndefined()
    expect(from.retracted[0]?.retraction).toMatchObject({ reason: 'wrong_patient', moved_to: right })
    expect(to.vitals.latest.sbp).toMatchObject({ value: 182, entry: { id: moved } })
  })

  it('writes a clock document into encounters that were recorded before the clock was measured', async () => {
    const encounter = await newEncounter('stroke')
    const open = await openEncounter(encounter)
    expect([...open.documents.value.values()][0]!.clock?.offset_ms).toBeNull()
    hub.isCut = false
    hub.offsetMs = 60_000
    await measureClock(1)
    await expect.poll(() => [...open.documents.value.values()].map((document) => document.kind)).toEqual(['encounter', 'clock'])
  })

  it('sends thumbnails before originals, an ECG before all others, and no photo while text waits', async () => {
    const encounter = await newEncounter('chest_pain')
    await addPhoto(encounter, { thumbnail: picture(10), original: picture(900), purpose: 'wound' })
    await addPhoto(encounter, { thumbnail: picture(11), original: picture(800), purpose: 'ecg' })
    hub.isCut = false
    expect(await pushOnePhoto(new AbortController().signal)).toBe(false)
    expect(hub.requests).toEqual([])
    await pushText()
    expect(pendingTextCount.value).toBe(0)
    while (await pushOnePhoto(new AbortController().signal));
    const sent = hub.requests
      .filter((request) => request.path.includes('-media'))
      .map((request) => (request.body as { docs: { body: { rendition: string; bytes: number } }[] }).docs[0]!.body)
    expect(sent.map((body) => body.bytes)).toEqual([11, 800, 10, 900])
    expect(rowsInState('media', ['device'])).toEqual([])
  })

  it('stops a photograph for text, and the photograph goes later', async () => {
    const encounter = await newEncounter('chest_pain')
    await addPhoto(encounter, { thumbnail: picture(10), original: picture(900), purpose: 'wound' })
    hub.isCut = false
    await pushText()
    const stop = new AbortController()
    hub.intercept = (path, _body, signal) =>
      path.includes('-media')
        ? new Promise<Response>((_, reject) => {
            signal!.addEventListener('abort', () => reject(new DOMException('stopped', 'AbortError')))
            stop.abort()
          })
        : null
    await expect(pushOnePhoto(stop.signal)).rejects.toThrow('no answer')
    expect(rowsInState('media', ['device']).length).toBe(2)
    hub.intercept = () => null
    while (await pushOnePhoto(new AbortController().signal));
    expect(rowsInState('media', ['device'])).toEqual([])
  })

  it('takes in what another device recorded, with the thumbnail but not the original', async () => {
    hub.isCut = false
    const encounter = await newEncounter('chest_pain')
    await addPhoto(encounter, { thumbnail: picture(10), original: picture(900), purpose: 'wound' })
    await pushText()
    while (await pushOnePhoto(new AbortController().signal));
    const other = hub
    const { databases } = other
    hub = await emptyDevice()
    hub.databases = databases
    await crash(hub)
    await pullText('unit_a101')
    await pullMedia('unit_a101', new AbortController().signal)
    const open = await openEncounter(encounter)
    const photo = open.folded.value.media[0]!
    expect(Object.keys(photo.renditions).sort()).toEqual(['original', 'thumbnail'])
    expect(deliveryOf(photo.renditions.original!)).toBe('hub')
    const local = await (await openMailbox('unit_a101-media')).allDocs()
    expect(local.rows.map((row) => row.id)).toEqual([photo.renditions.thumbnail])
  })

  it('follows what the crew on another phone writes into an opened encounter', async () => {
    hub.isCut = false
    const encounter = await newEncounter('stroke')
    const open = await openEncounter(encounter)
    const first = [...open.documents.value.values()][0]!
    hub.put('unit_a101', { ...first, _rev: '1-other', _id: `encounter:${encounter}:vitals:${newUlid()}`, kind: 'vitals', body: { sbp: 150 } } as never)
    await pullText('unit_a101')
    await soon()
    expect(open.folded.value.vitals.latest.sbp?.value).toBe(150)
    await settled()
    expect(summaries.value[0]).toMatchObject({ held: 2, pending: 1 })
  })
})
