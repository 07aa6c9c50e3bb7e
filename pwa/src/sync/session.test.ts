import 'fake-indexeddb/auto'
import { beforeEach, describe, expect, it } from 'vitest'
import { contact } from './contact'
import { commit } from './databases'
import type { FakeHub } from './fake_hub'
import { deliveryOf, loadLedger } from './ledger'
import { pushText } from './push'
import { askSigned, homeMailbox, mustSignInAgain, session, signIn, signOut } from './session'
import { emptyDevice, restart, sessionOf, signInAs } from './testing'

const note = { _id: 'encounter:E:note:1', kind: 'note', body: { text: 'x' } }

const answerOf = (status: number, body: unknown, headers: Record<string, string> = {}) => (path: string) =>
  path === '/api/session' ? new Response(JSON.stringify(body), { status, headers }) : null

describe('signing in', () => {
  let hub: FakeHub
  beforeEach(async () => {
    hub = await emptyDevice()
  })

  it('says whether it was the password, the number of tries, or the network', async () => {
    hub.intercept = answerOf(401, { error: 'unauthorized', reason: 'no' })
    expect((await signIn('li', 'x')).outcome).toBe('bad_password')
    hub.intercept = answerOf(429, { error: 'too_many_requests', reason: 'wait' }, { 'Retry-After': '40' })
    expect(await signIn('li', 'x')).toEqual({ outcome: 'too_many', waitSeconds: 40 })
    hub.isCut = true
    expect((await signIn('li', 'x')).outcome).toBe('no_network')
    expect(session.value).toBeNull()
  })

  it('does not take the sign-in page of a guest network for the hub', async () => {
    hub.intercept = () => new Response('<html>Welcome to our WiFi</html>', { status: 200 })
    expect((await signIn('li', 'x')).outcome).toBe('no_network')
    expect(contact.value.connected).toBe(false)
  })

  it('keeps the session over a reload without a network, and sends the public key only', async () => {
    const answer = { ...sessionOf('li', ['unit_a101']), expires_at: sessionOf('li', []).expiresAt }
    hub.intercept = answerOf(201, answer)
    expect((await signIn('li', 'right')).outcome).toBe('ok')
    const sent = hub.requests[0]!.body as { device_id: string; device_key: JsonWebKey }
    expect(sent.device_id).toMatch(/^d-/)
    expect(sent.device_key).toMatchObject({ kty: 'EC', crv: 'P-256' })
    expect(sent.device_key.d).toBeUndefined()
    await restart()
    hub.isCut = true
    const { restoreSession } = await import('./session')
    await restoreSession()
    expect(session.value?.staff.id).toBe('s-li')
    expect(homeMailbox()).toBe('unit_a101')
  })
})

describe('a token that is over', () => {
  let hub: FakeHub
  beforeEach(async () => {
    hub = await emptyDevice()
    await signInAs(hub, sessionOf('li', ['unit_a101']))
    await loadLedger()
    hub.validTokens.clear()
  })

  it('is renewed by the signature of the device, and the request goes again', async () => {
    await commit('unit_a101', [note])
    await pushText()
    expect(deliveryOf(note._id)).toBe('hub')
    expect(mustSignInAgain.value).toBe(false)
    const renewal = hub.requests.find((request) => request.path.endsWith('/renew'))!.body as Record<string, string>
    expect(renewal.token).toBe('token-li')
    expect(renewal.signature).toMatch(/^[\w-]{86}$/)
  })

  it('signs with the key whose public half the hub was given', async () => {
    const { devicePublicKey } = await import('./device_key')
    const publicKey = await crypto.subtle.importKey('jwk', (await devicePublicKey())!, { name: 'ECDSA', namedCurve: 'P-256' }, true, ['verify'])
    await askSigned('/db/unit_a101/_changes')
    const sent = hub.requests.find((request) => request.path.endsWith('/renew'))!.body as { signed_at: string; signature: string }
    const raw = Uint8Array.from(atob(sent.signature.replaceAll('-', '+').replaceAll('_', '/')), (c) => c.charCodeAt(0))
    const signed = new TextEncoder().encode(`d-test\n${sent.signed_at}`)
    expect(await crypto.subtle.verify({ name: 'ECDSA', hash: 'SHA-256' }, publicKey, raw, signed)).toBe(true)
  })

  it('when renewal is refused: work goes on, deliveries go into the quarantine, and the person is asked', async () => {
    hub.renewal = 'refused'
    await commit('unit_a101', [note])
    await pushText()
    expect(mustSignInAgain.value).toBe(true)
    expect(session.value?.staff.id).toBe('s-li')
    expect(deliveryOf(note._id)).toBe('quarantined')
    expect(hub.has('quarantine_d-test', note._id)).toBe(true)
  })

  it('after the next sign-in what lay in the quarantine goes into its mailbox', async () => {
    hub.renewal = 'refused'
    await commit('unit_a101', [note])
    await pushText()
    await signInAs(hub, sessionOf('li', ['unit_a101'], 'fresh'))
    await pushText()
    expect(deliveryOf(note._id)).toBe('hub')
    expect(hub.has('unit_a101', note._id)).toBe(true)
  })
})

describe('another person on the same device', () => {
  it('delivers what the former one left: through the quarantine where the mailbox is not theirs', async () => {
    const hub = await emptyDevice()
    await signInAs(hub, sessionOf('li', ['unit_a101']))
    await loadLedger()
    await commit('unit_a101', [note])
    hub.isCut = true
    await signOut()
    expect(deliveryOf(note._id)).toBe('device')
    hub.isCut = false
    await signInAs(hub, sessionOf('zhao', ['unit_a102']))
    await pushText()
    expect(deliveryOf(note._id)).toBe('quarantined')
    await signInAs(hub, sessionOf('li', ['unit_a101'], 'again'))
    await pushText()
    expect(deliveryOf(note._id)).toBe('hub')
  })
})
