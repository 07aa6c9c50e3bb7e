// Asking the hub for the records of a wristband that are not on this device, now or when there is contact again.
import { watch } from 'vue'
import { summaries } from '../encounters/store/summaries'
import { onContact } from '../sync/contact'
import { pullNow } from '../sync/courier'
import { HubUnreachable, reasonOf } from '../sync/hub'
import { readValue, writeValue } from '../sync/own_database'
import { askSigned, homeMailbox, session } from '../sync/session'

export interface Joined {
  encounter: string
  state: 'open' | 'closed'
  joined: boolean
}
export type JoinOutcome =
  | { outcome: 'joined'; encounters: Joined[] }
  | { outcome: 'unknown' | 'gone' | 'no_contact' }
  | { outcome: 'refused'; reason: string }

/** Ask the hub by the code alone, and join what it finds. An unreachable hub is an outcome. */
export async function joinByWristband(code: string): Promise<JoinOutcome> {
  try {
    const body = { code, mailbox: homeMailbox() }
    const answer = await askSigned<{ encounters: Joined[] }>('/api/wristbands/join', { method: 'POST', body })
    if (answer.status === 404) return { outcome: 'unknown' }
    if (answer.status === 410) return { outcome: 'gone' }
    if (!answer.ok) return { outcome: 'refused', reason: reasonOf(answer) }
    pullNow()
    return { outcome: 'joined', encounters: answer.body.encounters }
  } catch (error) {
    if (error instanceof HubUnreachable) return { outcome: 'no_contact' }
    throw error
  }
}

/** Resolves with whether the encounter is on this device by then. */
export function arrival(encounter: string, patienceMs: number): Promise<boolean> {
  const isHere = () => summaries.value.some((row) => row.encounter === encounter)
  if (isHere()) return Promise.resolve(true)
  return new Promise((resolve) => {
    const done = (found: boolean): void => {
      stop()
      clearTimeout(timer)
      resolve(found)
    }
    const timer = setTimeout(() => done(false), patienceMs)
    const stop = watch(summaries, () => isHere() && done(true), { flush: 'sync' })
  })
}

// --- bands that were begun here without the hub's knowing of others
const REMEMBERED = 'wristbands.unasked'
const ASK_FOR_MS = 24 * 60 * 60 * 1000
const ASK_EVERY_MS = 15 * 60 * 1000
interface Unasked {
  code: string
  at: number
}
const readUnasked = async (): Promise<Unasked[]> => (await readValue<Unasked[]>(REMEMBERED)) ?? []

export async function rememberUnasked(code: string): Promise<void> {
  const kept = (await readUnasked()).filter((one) => one.code !== code)
  await writeValue(REMEMBERED, [...kept, { code, at: Date.now() }])
}

/** Ask again for bands that were begun here: another crew's record of the same band may have reached the hub since. */
export async function askAgain(now = Date.now()): Promise<void> {
  const settled = new Set<string>()
  for (const { code, at } of await readUnasked()) {
    const isOver = now - at > ASK_FOR_MS
    const answer = isOver || !session.value ? null : await joinByWristband(code)
    if (answer?.outcome === 'no_contact') break
    if (isOver || (answer?.outcome === 'joined' && answer.encounters.some((found) => found.joined))) settled.add(code)
  }
  // Read again: another band may have been begun while the hub was asked.
  if (settled.size > 0) await writeValue(REMEMBERED, (await readUnasked()).filter(({ code }) => !settled.has(code)))
}

export function startAskingAgain(): void {
  let wasConnected = false
  const ask = () => void askAgain().catch((error: unknown) => console.error('wristbands: asking again', error))
  onContact(({ connected }) => {
    if (connected && !wasConnected) ask()
    wasConnected = connected
  })
  setInterval(() => wasConnected && ask(), ASK_EVERY_MS)
}
