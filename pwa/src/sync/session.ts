// The session with the hub: signing in, working on without a network, renewing, signing out.
// A session never locks a crew out: when its token is over, work goes on locally and the courier uses the quarantine.
import { ref, shallowRef, type Ref, type ShallowRef } from 'vue'
import { hubNow } from './clock'
import { deviceId, devicePublicKey, keepDeviceId, signAsDevice } from './device_key'
import { askHub, HubUnreachable, reasonOf, type Answer, type Question } from './hub'
import { readValue, removeValue, writeValue } from './own_database'
import { hearTabs, tellTabs } from './tabs'
import type { Session, SessionDatabase, SessionStaff } from './types'

export type { Session } from './types'

/** Signing in is an outcome, not an exception: each has its sentence in accounts/words.ts. */
export type SignInOutcome =
  | { outcome: 'ok'; session: Session }
  | { outcome: 'bad_password' }
  | { outcome: 'too_many'; waitSeconds: number | null }
  | { outcome: 'no_network' }
  | { outcome: 'hub_error'; reason: string }

interface SessionAnswer {
  token: string
  expires_at: string
  staff: SessionStaff
  device: { id: string; name: string }
  databases: SessionDatabase[]
  hub: { uuid: string; name: string; demo: boolean }
}

/** The person on this device and what the hub allows; null when nobody is signed in. Kept over reloads. */
export const session: ShallowRef<Session | null> = shallowRef(null)
/** The hub refused to renew the token: say "sign in again". Work goes on, deliveries go into the quarantine. */
export const mustSignInAgain: Ref<boolean> = ref(false)

const RENEW_BEFORE_MS = 60 * 60 * 1000
type Listener = (session: Session | null) => void
const listeners = new Set<Listener>()
let restored: Promise<void> | null = null
let renewing: Promise<boolean> | null = null

/** Told whenever the session changes: another person, a new token, a sign-out. */
export function onSession(listener: Listener): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

/** Read the kept session. Call it before the first screen; later calls return the first result. */
export function restoreSession(): Promise<void> {
  restored ??= (async () => {
    const kept = await readValue<{ session: Session; renewalRefused: boolean }>('session')
    if (kept) take(kept.session, kept.renewalRefused)
  })()
  return restored
}

function take(taken: Session | null, renewalRefused: boolean): void {
  session.value = taken
  mustSignInAgain.value = renewalRefused
  for (const listener of listeners) listener(taken)
}

async function keep(kept: Session | null, renewalRefused = false): Promise<void> {
  if (kept) await writeValue('session', { session: kept, renewalRefused })
  else await removeValue('session')
  take(kept, renewalRefused)
  tellTabs({ type: 'session', session: kept, renewalRefused })
}

hearTabs((message) => {
  if (message.type === 'session') take(message.session, message.renewalRefused)
})

/** Sign in at the hub. Undelivered documents of whoever was here before stay, and are delivered under the new session. */
export async function signIn(username: string, password: string, deviceName = describeDevice()): Promise<SignInOutcome> {
  let answer: Answer<SessionAnswer>
  try {
    answer = await askHub<SessionAnswer>('/api/session', {
      method: 'POST',
      body: {
        username,
        password,
        device_name: deviceName,
        device_id: await deviceId(),
        device_key: await devicePublicKey(),
      },
    })
  } catch (error) {
    if (error instanceof HubUnreachable) return { outcome: 'no_network' }
    throw error
  }
  if (answer.status === 401) return { outcome: 'bad_password' }
  if (answer.status === 429) return { outcome: 'too_many', waitSeconds: answer.retryAfterSeconds }
  if (!answer.ok) return { outcome: 'hub_error', reason: reasonOf(answer) }
  const signedIn = fromAnswer(answer.body)
  await keepDeviceId(signedIn.device.id)
  await keep(signedIn)
  return { outcome: 'ok', session: signedIn }
}

/** Sign out on this device. Nothing is deleted: undelivered documents wait for the next session. */
export async function signOut(): Promise<void> {
  const token = session.value?.token
  await keep(null)
  if (!token) return
  try {
    await askHub('/api/session', { method: 'DELETE', token })
  } catch (error) {
    if (!(error instanceof HubUnreachable)) throw error // offline: the token runs out by itself
  }
}

/** The token is over, or will be within the hour, by the hub's clock. */
export function isRenewalDue(now: Date = hubNow()): boolean {
  return session.value !== null && Date.parse(session.value.expiresAt) - now.getTime() < RENEW_BEFORE_MS
}

export function isTokenOver(now: Date = hubNow()): boolean {
  return session.value !== null && Date.parse(session.value.expiresAt) <= now.getTime()
}

/** Get a new token by the device's signature. True when there is one; false when the hub refused. */
export function renew(): Promise<boolean> {
  renewing ??= askForRenewal().finally(() => {
    renewing = null
  })
  return renewing
}

async function askForRenewal(): Promise<boolean> {
  const current = session.value
  if (!current) return false
  const signedAt = hubNow().toISOString()
  const signature = await signAsDevice(`${current.device.id}\n${signedAt}`)
  if (!signature) return refuseRenewal(current)
  const answer = await askHub<Partial<SessionAnswer>>('/api/session/renew', {
    method: 'POST',
    body: { token: current.token, signed_at: signedAt, signature },
  })
  if (session.value?.token !== current.token) return session.value !== null // somebody signed in or out meanwhile
  if (answer.status === 401 || answer.status === 403) return refuseRenewal(current)
  if (!answer.ok || !answer.body.token || !answer.body.expires_at) throw new HubUnreachable(`renewal: ${reasonOf(answer)}`)
  await keep({
    ...current,
    token: answer.body.token,
    expiresAt: answer.body.expires_at,
    staff: answer.body.staff ?? current.staff,
    databases: answer.body.databases ?? current.databases,
    hub: answer.body.hub ?? current.hub,
  })
  return true
}

async function refuseRenewal(current: Session): Promise<false> {
  if (!mustSignInAgain.value) await keep(current, true)
  return false
}

/**
 * Ask the hub as the signed-in person. A 401 leads to one renewal and one more try; if that is refused, the 401 comes
 * back to the caller and `mustSignInAgain` is set.
 */
export async function askSigned<Body = unknown>(path: string, question: Question = {}): Promise<Answer<Body>> {
  if (isRenewalDue() && !mustSignInAgain.value) await renew()
  const answer = await askHub<Body>(path, { ...question, token: session.value?.token ?? null })
  if (answer.status !== 401 || mustSignInAgain.value || !session.value) return answer
  if (!(await renew())) return answer
  return askHub<Body>(path, { ...question, token: session.value.token })
}

/** Forget what is in memory, for tests: as a reload would. */
export function forgetSession(): void {
  restored = null
  renewing = null
  take(null, false)
}

function fromAnswer(answer: SessionAnswer): Session {
  return {
    token: answer.token,
    expiresAt: answer.expires_at,
    staff: answer.staff,
    device: answer.device,
    databases: answer.databases,
    hub: answer.hub,
  }
}

/** Who may look into every mailbox asks the hub; a device holds only what its person works in. */
const LOOKS_EVERYWHERE = new Set(['admin', 'quality'])

/** The text mailboxes that this session replicates: units, sites, incidents; never the archive or a quarantine. */
export function sessionMailboxes(of: Session | null = session.value): SessionDatabase[] {
  if (!of) return []
  const isWorking = (database: SessionDatabase) => database.access === 'write' || !LOOKS_EVERYWHERE.has(of.staff.role)
  return of.databases.filter((database) => {
    return database.lane === 'text' && /^(unit|site|incident)_/.test(database.name) && isWorking(database)
  })
}

export function mayWrite(mailbox: string, of: Session | null = session.value): boolean {
  return (of?.databases ?? []).some((database) => database.name === mailbox && database.access === 'write')
}

/** Where new encounters go: the first mailbox that this session may write; null for roles without one. */
export function homeMailbox(of: Session | null = session.value): string | null {
  return sessionMailboxes(of).find((database) => database.access === 'write')?.name ?? null
}

/** Changes whenever a refused document deserves another try: a new token, another person, other rights. */
export function sessionFingerprint(of: Session | null = session.value): string | null {
  if (!of) return null
  const rights = of.databases.map((database) => `${database.name}:${database.access}`).sort()
  return [of.staff.id, of.staff.role, of.expiresAt, ...rights].join('|')
}

function describeDevice(): string {
  const agent = typeof navigator === 'undefined' ? '' : navigator.userAgent
  const kind = /(iPhone|iPad|Android|Windows|Macintosh|Linux)/.exec(agent)?.[1] ?? 'browser'
  return `${kind} ${typeof screen === 'undefined' ? '' : `${screen.width}x${screen.height}`}`.trim()
}
