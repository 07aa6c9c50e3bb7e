import 'fake-indexeddb/auto'
import { beforeEach, describe, expect, it } from 'vitest'
import { commit } from './databases'
import type { FakeHub } from './fake_hub'
import { deliveryOf, loadLedger } from './ledger'
import { pushOnePhoto, pushText } from './push'
import { meetHub } from './reconcile'
import { emptyDevice, sessionOf, signInAs } from './testing'
import type { StoredDocument } from './types'

const NOTE = { _id: 'encounter:A:note:1', kind: 'note', body: {} }
const PHOTO = {
  _id: 'encounter:A:rendition:1',
  kind: 'rendition',
  body: { rendition: 'original' },
  _attachments: { bytes: { content_type: 'image/jpeg', data: btoa('x'.repeat(90)) } },
} as unknown as StoredDocument

describe('a hub that was restored from a backup', () => {
  let hub: FakeHub
  let uuid = ''
  let isBroken = false
  const answerAs = (path: string): Response | null => {
    if (path === '/db/') return new Response(JSON.stringify({ couchdb: 'Welcome', uuid }))
    if (isBroken && path === '/db/unit_a101-media/_revs_diff') throw new TypeError('Failed to fetch')
    return null
  }
  const where = () => [deliveryOf(NOTE._id), deliveryOf(PHOTO._id)]

  beforeEach(async () => {
    hub = await emptyDevice()
    hub.intercept = answerAs
    await signInAs(hub, sessionOf('li', ['unit_a101']))
    await loadLedger()
    await commit('unit_a101', [NOTE])
    await commit('unit_a101', [PHOTO], 'media', () => ({ rank: 3, bytes: 90 }))
    await pushText()
    await pushOnePhoto(new AbortController().signal)
    uuid = 'before'
    await meetHub(['unit_a101'])
    expect(where()).toEqual(['hub', 'hub'])
  })

  it('gets back what it lacks, in both lanes', async () => {
    uuid = 'restored'
    hub.databases.clear()
    await meetHub(['unit_a101'])
    expect(where()).toEqual(['device', 'device'])
  })

  it('is met again when the line broke in the middle of the comparison', async () => {
    uuid = 'restored'
    hub.databases.clear()
    isBroken = true
    await expect(meetHub(['unit_a101'])).rejects.toThrow('no answer')
    isBroken = false
    await meetHub(['unit_a101'])
    expect(where()).toEqual(['device', 'device'])
  })

  it('gets what somebody else wrote on this device earlier, whose mailbox is closed to this session', async () => {
    uuid = 'restored'
    hub.databases.clear()
    await signInAs(hub, sessionOf('wu', ['unit_a102']))
    await meetHub(['unit_a102'])
    expect(where()).toEqual(['device', 'device'])
    await pushText()
    expect(hub.has('quarantine_d-test', NOTE._id)).toBe(true)
  })

  it('is not suspected while it says the same name', async () => {
    hub.requests.length = 0
    await meetHub(['unit_a101'])
    expect(hub.requests.map(({ path }) => path)).toEqual(['/db/'])
    expect(where()).toEqual(['hub', 'hub'])
  })
})
