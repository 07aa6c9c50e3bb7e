// Keeping house, now and then and in the background: how much room there is, what the hub released, and what can go for
// want of room. What an encounter is, and which are shown or closed, encounters/ tells.
import { keepReserve } from '@/device/reserve'
import { leftBytes, measureStorage } from '@/device/storage'
import { knownMailboxes } from './databases'
import { dropReleased } from './release'
import { makeRoom } from './room'
import { mustSignInAgain, session, sessionMailboxes } from './session'
import { contact } from './contact'
import { textTwin } from './types'

interface Encounters {
  isShown: (encounter: string) => boolean
  isClosed: (encounter: string) => boolean
}

const FIRST_MS = 45_000
const AGAIN_MS = 5 * 60_000
/** When room is made, make enough for a night's photographs. */
const WANTED_BYTES = 150_000_000

// Until somebody says otherwise every encounter counts as shown and open, so that nothing leaves.
let encounters: Encounters = { isShown: () => true, isClosed: () => false }
let isFirst = true

/** How sync/ learns which encounters screens show, and which are closed. */
export function tellOfEncounters(told: Encounters): void {
  encounters = told
}

/** One round; resolves with the milliseconds until the next. */
export async function keepHouse(): Promise<number> {
  if (isFirst) {
    isFirst = false
    await measureStorage()
    await keepReserve(leftBytes())
    return FIRST_MS // the first minute belongs to the screens
  }
  const { isShort, isFull } = await measureStorage()
  const mustDrop = isShort || isFull
  let problem: unknown = null
  try {
    if (contact.value.connected && !mustSignInAgain.value) await dropWhatIsOver(mustDrop)
  } catch (error) {
    problem = error // room is made whether the hub answers or not
  }
  // Also of those who had this device before: their photographs on the hub take the same room.
  const all = mustDrop ? new Set((await knownMailboxes()).map(textTwin)) : []
  for (const name of all) {
    await makeRoom(name, { wantedBytes: WANTED_BYTES, leftBytes: leftBytes() ?? Infinity, isClosed: encounters.isClosed })
  }
  if (mustDrop) await measureStorage()
  await keepReserve(leftBytes())
  if (problem) throw problem
  return AGAIN_MS
}

async function dropWhatIsOver(isShort: boolean): Promise<void> {
  for (const { name } of sessionMailboxes(session.value)) await dropReleased(name, { isShort, isShown: encounters.isShown })
}
