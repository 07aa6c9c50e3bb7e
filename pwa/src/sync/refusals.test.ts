import 'fake-indexeddb/auto'
import { beforeEach, describe, expect, it } from 'vitest'
import { commit } from './databases'
import type { FakeHub } from './fake_hub'
import { deliveryOf, loadLedger, refusalReason } from './ledger'
import { pushText } from './push'
import { mustSignInAgain, renew, session } from './session'
import { emptyDevice, restart, sessionOf, signInAs } from './testing'
import type { Session } from './types'

const note = (n: number) => ({ _id: `encounter:E:note:${n}`, kind: 'note', body: {} })
const id = (n: number) => note(n)._id
const pushesTo = (hub: FakeHub, name: string) => hub.pathsOf(`/db/${name}/_bulk_docs`).length

describe('what the hub refused', () => {
  let hub: FakeHub
  const li = (change: (session: Session) => void = () => undefined) => {
    const made = sessionOf('li', ['unit_a101'])
    change(made)
    return made
  }
  beforeEach(async () => {
    hub = await emptyDevice()
    await signInAs(hub, li())
    await loadLedger()
    hub.refuse = (_, document) => (document._id === id(1) ? { error: 'forbidden', reason: 'not a member' } : null)
    await commit('unit_a101', [note(1), note(2)])
    await pushText()
    hub.refuse = () => null
    hub.requests.length = 0
  })

  it('is not pressed on its mailbox again under the same session, nor after a restart; the quarantine is the way out', async () => {
    await pushText()
    const kept = session.value!
    await restart()
    await signInAs(hub, kept)
    await loadLedger()
    await pushText()
    expect(pushesTo(hub, 'unit_a101')).toBe(0)
    expect(deliveryOf(id(1))).toBe('quarantined')
  })

  it('goes again, by its id alone, after the token was renewed', async () => {
    await renew()
    await pushText()
    const sent = hub.requests.filter(({ path }) => path.endsWith('_bulk_docs')).map(({ body }) => (body as { docs: { _id: string }[] }).docs.map((one) => one._id))
    expect(sent).toEqual([[id(1)]])
    expect(deliveryOf(id(1))).toBe('hub')
    expect(refusalReason(id(1))).toBeNull()
  })

  it.each<[string, (session: Session) => void]>([
    ['the role', (one) => (one.staff.role = 'commander')],
    ['the membership', (one) => one.databases.push({ name: 'unit_b1', url: '/db/unit_b1', lane: 'text', access: 'write' })],
    ['the person', (one) => (one.staff.id = 's-wang')],
  ])('goes again after %s changed', async (_, change) => {
    await signInAs(hub, li(change))
    await pushText()
    expect(deliveryOf(id(1))).toBe('hub')
  })

  it('waits, with its reason, while the session may not write its mailbox', async () => {
    await signInAs(hub, li((one) => one.databases.splice(0, 2)))
    await pushText()
    expect(pushesTo(hub, 'unit_a101')).toBe(0)
    expect(deliveryOf(id(1))).toBe('quarantined')
    expect(refusalReason(id(1))).toContain('not a member')
  })

  it('is refused with the new reason when the hub still does not want it', async () => {
    hub.refuse = () => ({ error: 'forbidden', reason: 'released' })
    await renew()
    await pushText()
    expect(refusalReason(id(1))).toContain('released')
  })
})

describe('a crew whose token is over', () => {
  let hub: FakeHub
  beforeEach(async () => {
    hub = await emptyDevice()
    await signInAs(hub, sessionOf('li', ['unit_a101']))
    await loadLedger()
    hub.validTokens.clear()
    hub.renewal = 'refused'
    await commit('unit_a101', [note(1)])
    await pushText()
    await pushText()
  })

  it('delivers into the quarantine of the device', () => {
    expect(mustSignInAgain.value).toBe(true)
    expect(hub.has('quarantine_d-test', id(1))).toBe(true)
    expect(deliveryOf(id(1))).toBe('quarantined')
  })

  it('goes on doing so for what is written afterwards, and asks for no renewal again', async () => {
    hub.requests.length = 0
    await commit('unit_a101', [note(2)])
    await pushText()
    expect(hub.requests.map(({ path }) => path)).toEqual(['/db/quarantine_d-test/_bulk_docs'])
    expect(deliveryOf(id(2))).toBe('quarantined')
  })

  it('has everything in its own mailbox after signing in again', async () => {
    await signInAs(hub, sessionOf('li', ['unit_a101'], 'token-new'))
    await pushText()
    expect(session.value?.token).toBe('token-new')
    expect(hub.has('unit_a101', id(1))).toBe(true)
    expect(deliveryOf(id(1))).toBe('hub')
  })
})
