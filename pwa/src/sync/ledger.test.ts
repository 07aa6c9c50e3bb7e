import 'fake-indexeddb/auto'
import { beforeEach, describe, expect, it } from 'vitest'
import { commit, openMailbox } from './databases'
import type { FakeHub } from './fake_hub'
import { deliveryOf, loadLedger, pendingTextCount, refusals, refusalReason } from './ledger'
import { pushText } from './push'
import { pullText } from './pull'
import { expectUnrecorded } from './reconcile'
import { emptyDevice, restart, sessionOf, signInAs } from './testing'

const note = (n: number) => ({ _id: `encounter:E:note:${n}`, kind: 'note', body: { text: `${n}` } })
const id = (n: number) => note(n)._id

describe('the ledger', () => {
  let hub: FakeHub
  beforeEach(async () => {
    hub = await emptyDevice()
    await signInAs(hub, sessionOf('li', ['unit_a101']))
    await loadLedger()
  })

  it('says "on this device" until the hub has answered for that document', async () => {
    await commit('unit_a101', [note(1)])
    expect(deliveryOf(id(1))).toBe('device')
    expect(pendingTextCount.value).toBe(1)
    await pushText()
    expect(deliveryOf(id(1))).toBe('hub')
    expect(pendingTextCount.value).toBe(0)
    expect(hub.has('unit_a101', id(1))).toBe(true)
  })

  it('sends revisions that the hub can store as they are', async () => {
    await commit('unit_a101', [note(1)])
    await pushText()
    const sent = hub.requests.find((request) => request.path.endsWith('_bulk_docs'))!.body as {
      new_edits: boolean
      docs: { _rev: string; _revisions: { start: number; ids: string[] } }[]
    }
    expect(sent.new_edits).toBe(false)
    const [document] = sent.docs
    expect(`${document!._revisions.start}-${document!._revisions.ids[0]}`).toBe(document!._rev)
  })

  it('keeps a refused document, with its reason, and delivers the others of the batch', async () => {
    hub.refuse = (database, document) =>
      database === 'unit_a101' && document._id === id(2) ? { error: 'forbidden', reason: 'not a member' } : null
    await commit('unit_a101', [note(1), note(2), note(3)])
    await pushText()
    expect([1, 2, 3].map((n) => deliveryOf(id(n)))).toEqual(['hub', 'quarantined', 'hub'])
    expect(refusalReason(id(2))).toContain('not a member')
    expect(refusals.value.map((row) => row.id)).toEqual([id(2)])
    expect(hub.has('quarantine_d-test', id(2))).toBe(true)
  })

  it('stays refused, with the reason, when the quarantine refuses it too', async () => {
    hub.refuse = () => ({ error: 'bad_request', reason: 'kind is missing' })
    await commit('unit_a101', [note(1)])
    await pushText()
    await pushText()
    expect(deliveryOf(id(1))).toBe('refused')
    expect(refusalReason(id(1))).toContain('kind is missing')
    expect(hub.pathsOf('quarantine').length).toBe(1)
  })

  it('tries a refused document again when the session has other rights', async () => {
    hub.refuse = () => ({ error: 'forbidden', reason: 'not a member' })
    await commit('unit_a101', [note(1)])
    await pushText()
    hub.refuse = () => null
    await pushText()
    expect(deliveryOf(id(1))).toBe('refused')
    await signInAs(hub, sessionOf('wang', ['unit_a101']))
    await pushText()
    expect(deliveryOf(id(1))).toBe('hub')
  })

  it('counts a document as waiting after a crash between storing it and writing its row', async () => {
    const database = await openMailbox('unit_a101')
    await database.bulkDocs([note(1)])
    await restart()
    await signInAs(hub, sessionOf('li', ['unit_a101']))
    await loadLedger()
    expect(deliveryOf(id(1))).toBe('device')
    await expectUnrecorded('unit_a101')
    expect(pendingTextCount.value).toBe(1)
    await pushText()
    expect(deliveryOf(id(1))).toBe('hub')
  })

  it('remembers over a restart what was delivered and what was not', async () => {
    await commit('unit_a101', [note(1)])
    await pushText()
    await commit('unit_a101', [note(2)])
    await new Promise((resolve) => setTimeout(resolve, 20))
    await restart()
    await loadLedger()
    expect([1, 2].map((n) => deliveryOf(id(n)))).toEqual(['hub', 'device'])
  })

  it('counts what came from the hub as delivered', async () => {
    hub.put('unit_a101', note(7))
    await pullText('unit_a101')
    expect(deliveryOf(id(7))).toBe('hub')
    expect(await (await openMailbox('unit_a101')).get(id(7))).toMatchObject({ kind: 'note' })
  })

  it('does not call a document delivered because the request failed after it was stored', async () => {
    await commit('unit_a101', [note(1)])
    hub.isCut = true
    await expect(pushText()).rejects.toThrow('no answer')
    expect(deliveryOf(id(1))).toBe('device')
    hub.isCut = false
    await pushText()
    expect(deliveryOf(id(1))).toBe('hub')
  })

  it('finds the one document for which a whole request was refused', async () => {
    hub.intercept = (path, body) => {
      const documents = (body as { docs?: { _id: string }[] } | null)?.docs ?? []
      const isTooLarge = path.endsWith('_bulk_docs') && documents.some((document) => document._id === id(2))
      return isTooLarge ? new Response('{"error":"document_too_large","reason":"8 MB"}', { status: 413 }) : null
    }
    await commit('unit_a101', [note(1), note(2), note(3), note(4)])
    await pushText()
    expect([1, 2, 3, 4].map((n) => deliveryOf(id(n)))).toEqual(['hub', 'refused', 'hub', 'hub'])
  })
})
