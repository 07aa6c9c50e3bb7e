/**
 * PINs of people on this device: the last resort where neither tag nor camera works. Set after proving oneself by password
 * at the hub; kept here only, as a slow salted hash. docs/badges.md says what that withstands and what not.
 */
import { devicePublicKey, deviceId } from '@/sync/device_key'
import { askHub, HubUnreachable } from '@/sync/hub'
import { readValue, writeValue } from '@/sync/own_database'
import { staffOf } from '@/sync/roster'
import { session } from '@/sync/session'
import { base64url, fromBase64url } from './rules'
import type { Proven } from './store'

const KEPT_AS = 'badge_pins'
/** OWASP's advice for PBKDF2 with SHA-256; about half a second on a mid phone. */
export const ITERATIONS = 600_000
export const PIN_LENGTH = 6
const FREE_FAILURES = 3
const FIRST_WAIT_MS = 30_000
const LONGEST_WAIT_MS = 15 * 60_000
const MOST_FAILURES = 10

export interface KeptPin {
  salt: string
  iterations: number
  hash: string
  setAt: number
  failures: number
  /** device clock, milliseconds */
  waitUntil: number
}
type Pins = Record<string, KeptPin>
export type PinOutcome = { outcome: 'ok'; proven: Proven } | { outcome: 'wrong'; left: number; waitMs: number } | { outcome: 'wait'; waitMs: number } | { outcome: 'erased' | 'none' | 'inactive' }
export type SetOutcome = 'ok' | 'bad_password' | 'too_many' | 'no_network' | 'hub_error' | 'too_simple'

/** Not six equal or consecutive digits: those are tried first. */
export function isTooSimple(pin: string): boolean {
  const steps = [...pin].slice(1).map((digit, i) => Number(digit) - Number(pin[i]))
  return !/^\d{6}$/.test(pin) || steps.every((step) => step === 0) || steps.every((step) => step === 1) || steps.every((step) => step === -1)
}

/** How long to wait after this many failures. */
export const waitAfter = (failures: number): number => (failures < FREE_FAILURES ? 0 : Math.min(FIRST_WAIT_MS * 2 ** (failures - FREE_FAILURES), LONGEST_WAIT_MS))

async function hashOf(pin: string, salt: Uint8Array<ArrayBuffer>, iterations: number): Promise<string> {
  const key = await crypto.subtle.importKey('raw', new TextEncoder().encode(pin), 'PBKDF2', false, ['deriveBits'])
  return base64url(new Uint8Array(await crypto.subtle.deriveBits({ name: 'PBKDF2', hash: 'SHA-256', salt, iterations }, key, 256)))
}

const readPins = async (): Promise<Pins> => (await readValue<Pins>(KEPT_AS)) ?? {}

/** Ids of the people who have a PIN on this device. */
export const peopleWithPin = async (): Promise<string[]> => Object.keys(await readPins())

export async function keepPin(staff: string, pin: string, iterations = ITERATIONS): Promise<void> {
  const salt = crypto.getRandomValues(new Uint8Array(16))
  const kept: KeptPin = { salt: base64url(salt), iterations, hash: await hashOf(pin, salt, iterations), setAt: Date.now(), failures: 0, waitUntil: 0 }
  await writeValue(KEPT_AS, { ...(await readPins()), [staff]: kept })
}

/** Check a PIN. The failure is counted before the hash is computed, so that a reload forgets nothing. */
export async function checkPin(staffId: string, pin: string, now = Date.now()): Promise<PinOutcome> {
  const pins = await readPins()
  const kept = pins[staffId]
  if (!kept) return { outcome: 'none' }
  if (now < kept.waitUntil) return { outcome: 'wait', waitMs: kept.waitUntil - now }
  const failures = kept.failures + 1
  const waitMs = waitAfter(failures)
  const counted = { ...kept, failures, waitUntil: now + waitMs }
  await writeValue(KEPT_AS, { ...pins, [staffId]: counted })
  const salt = fromBase64url(kept.salt)
  if (salt && (await hashOf(pin, salt, kept.iterations)) === kept.hash) {
    await writeValue(KEPT_AS, { ...(await readPins()), [staffId]: { ...kept, failures: 0, waitUntil: 0 } })
    const staff = staffOf(staffId)
    return staff?.active ? { outcome: 'ok', proven: { staff, method: 'pin', claims: null } } : { outcome: 'inactive' }
  }
  if (failures < MOST_FAILURES) return { outcome: 'wrong', left: MOST_FAILURES - failures, waitMs }
  const { [staffId]: _, ...others } = await readPins()
  await writeValue(KEPT_AS, others)
  return { outcome: 'erased' }
}

/** Prove a person by password at the hub and keep their PIN here. The session of this device stays who it is. */
export async function setPin(username: string, password: string, pin: string): Promise<{ outcome: SetOutcome; staff?: string }> {
  if (isTooSimple(pin)) return { outcome: 'too_simple' }
  try {
    const body = { username, password, device_name: session.value?.device.name ?? '', device_id: await deviceId(), device_key: await devicePublicKey() }
    const answer = await askHub<{ token: string; staff: { id: string } }>('/api/session', { method: 'POST', body })
    if (answer.status === 401) return { outcome: 'bad_password' }
    if (answer.status === 429) return { outcome: 'too_many' }
    if (!answer.ok) return { outcome: 'hub_error' }
    await keepPin(answer.body.staff.id, pin)
    await giveBack(answer.body.token)
    return { outcome: 'ok', staff: answer.body.staff.id }
  } catch (error) {
    if (error instanceof HubUnreachable) return { outcome: 'no_network' }
    throw error
  }
}

/** The token was asked for the proof only. Without a network it runs out by itself; nobody holds it. */
async function giveBack(token: string): Promise<void> {
  try {
    await askHub('/api/session', { method: 'DELETE', token })
  } catch (error) {
    if (!(error instanceof HubUnreachable)) throw error
  }
}
