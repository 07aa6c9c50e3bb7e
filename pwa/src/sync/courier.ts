// The courier: carries documents between this device and the hub, and nothing ever waits for it.
// Lanes run beside each other, so that text never waits behind a pull or a photograph:
//   text   push of waiting text, at once          inward  pull of mailboxes and roster, on nudge or slow poll
//   media  photographs out, thumbnails in, one at a time, paused while text waits
//   pulse  /api/clock: measures the clock, and finds the hub again       check  the replicator behind it all
// Of several tabs one is the courier (navigator.locks); the others write locally and poke it.
import { afterPaint } from '@/device/paint'
import { contact, hubSilent, onContact, setContact } from './contact'
import { checkForJump, measureClock } from './clock'
import { onArrival } from './changes'
import { knownMailboxes } from './databases'
import { recover } from './generations'
import { dropHangingRequests, HubUnreachable } from './hub'
import { cleanUp } from './leaving'
import { isTextUrgent, loadLedger, onDelivery, pendingTextCount, reloadLedger } from './ledger'
import { hastenLive, startLive, stopLive } from './live'
import { checkForLosses, watchKept } from './losses'
import { NotStored } from './outbox'
import { pullMedia, pullRoster, pullTexts } from './pull'
import { tellProgress } from './progress'
import { pushOnePhoto, pushText } from './push'
import { compareWithHub, expectUnrecorded, meetHub, replicateOnce } from './reconcile'
import { hasRoster } from './roster'
import { Runner } from './runner'
import { mustAsk, searchPause } from './search'
import { mustSignInAgain, onSession, session, sessionMailboxes } from './session'
import { hearTabs, tellTabs } from './tabs'
import { keepHouse } from './upkeep'

export { contact } from './contact'

const POLL_VISIBLE_MS = 15_000
const POLL_HIDDEN_MS = 60_000
const PULSE_MS = 20_000
const SILENT_AFTER_MS = 50_000
const FIRST_CHECK_MS = 30_000
const CHECK_MS = 15 * 60_000

let isCourier = false
let startedAt = 0
let writtenAt = 0
let stopCourying: (() => void) | null = null
let photoStop = new AbortController()
let roundsOfPulse = 0
/** Something hinted that the hub is gone: ask it, rather than believe either the hint or the last answer. */
let isDoubtful = false

const isVisible = () => typeof document === 'undefined' || document.visibilityState === 'visible'
const isExpected = (error: unknown) => error instanceof HubUnreachable
const isSignedIn = () => session.value !== null
const poll = () => (isVisible() ? POLL_VISIBLE_MS : POLL_HIDDEN_MS)

const text = new Runner({
  name: 'text',
  isExpected,
  job: async () => {
    await afterPaint() // the tap that wrote the text is answered first
    try {
      if (isSignedIn()) await pushText()
    } finally {
      media.wake() // it sees for itself whether text still holds it up
    }
    return null
  },
})

/** Databases that a nudge named since the last pull; empty means that all are asked. */
const nudged = new Set<string>()

const inward = new Runner({
  name: 'inward',
  isExpected,
  job: async () => {
    if (!isSignedIn() || mustSignInAgain.value) return null
    const only = new Set(nudged)
    nudged.clear()
    const isAsked = (name: string) => only.size === 0 || only.has(name)
    const isNameless = !hasRoster.value
    if (isNameless) await pullRoster() // a new device: a name before the rows that would show its id
    await pullTexts(sessionMailboxes().flatMap(({ name }) => (isAsked(name) ? [name] : [])), only.size > 0)
    if (isAsked('roster') && !isNameless) await pullRoster()
    return poll()
  },
})

function pullNudged(database: string): void {
  if (database.endsWith('-media')) return media.wake()
  // A full pull that is due anyway (or failing) stays a full one.
  if (inward.failures === 0) nudged.add(database)
  inward.wake()
}

/** Push a photograph. One that the hub cannot take is a problem of its own: it holds up nothing that comes in. */
async function pushPhoto(signal: AbortSignal): Promise<{ isMore: boolean; problem: NotStored | null }> {
  try {
    return { isMore: await pushOnePhoto(signal), problem: null }
  } catch (error) {
    if (error instanceof NotStored) return { isMore: false, problem: error }
    throw error
  }
}

const media = new Runner({
  name: 'media',
  isExpected,
  job: async () => {
    if (!isSignedIn() || isTextUrgent()) return null // the text lane wakes us when it is through
    photoStop = new AbortController()
    const { signal } = photoStop
    try {
      const { isMore, problem } = await pushPhoto(signal)
      if (isMore) return 0
      if (!mustSignInAgain.value) for (const { name } of sessionMailboxes()) await pullMedia(name, signal)
      if (problem) throw problem
    } catch (error) {
      if (signal.aborted) return null // text came: not a failure, and the text lane wakes us again
      throw error
    }
    return poll()
  },
})

const pulse = new Runner({
  name: 'pulse',
  isExpected,
  pauseMs: (failures) => {
    const heardAt = Math.max(contact.value.lastContactAt ?? 0, startedAt, writtenAt)
    return searchPause({ isVisible: isVisible(), isWaiting: pendingTextCount.value > 0, silentMs: Date.now() - heardAt, failures })
  },
  job: async () => {
    const { lastContactAt } = contact.value
    if (lastContactAt !== null && Date.now() - lastContactAt > SILENT_AFTER_MS) hubSilent()
    const hasJumped = checkForJump()
    const sinceContactMs = lastContactAt === null ? null : Date.now() - lastContactAt
    const asks = mustAsk({ isDoubtful, isConnected: contact.value.connected, sinceContactMs, round: roundsOfPulse }, PULSE_MS)
    isDoubtful = false
    if (hasJumped || roundsOfPulse === 0) await measureClock()
    else if (asks) await measureClock(1)
    roundsOfPulse += 1
    return PULSE_MS
  },
})

let checkAt = 0
const check = new Runner({
  name: 'check',
  isExpected,
  job: async () => {
    const now = Date.now()
    checkAt ||= now + FIRST_CHECK_MS
    if (now < checkAt) return checkAt - now
    if (!isSignedIn() || mustSignInAgain.value) return CHECK_MS
    if (isTextUrgent()) return FIRST_CHECK_MS // it must not compete with what it only checks
    const mailboxes = sessionMailboxes().map(({ name }) => name)
    await meetHub(mailboxes)
    for (const name of mailboxes) {
      await replicateOnce(name)
      await compareWithHub(name)
    }
    checkAt = now + CHECK_MS
    text.wake()
    return CHECK_MS
  },
})

const upkeep = new Runner({ name: 'upkeep', isExpected, job: keepHouse })

const lanes = [text, inward, media, pulse, check, upkeep]

/** Something happened that makes trying now worth while. In a tab that is not the courier it is passed on. */
export function poke(why: string): void {
  if (!isCourier) {
    tellTabs({ type: 'poke', why })
    return
  }
  text.wake()
  if (why === 'written') {
    writtenAt = Date.now()
    if (!contact.value.connected) pulse.wake() // from now on it is looked for closely
    return
  }
  hastenLive()
  nudged.clear()
  for (const lane of [inward, media, pulse]) lane.wake()
}

function doubt(): void {
  isDoubtful = true
  pulse.wake()
}

/** Pull now: somebody pulled the list down, or waits for an answer. */
export function pullNow(): void {
  poke('pull')
}

function onWake(event: Event): void {
  if (event.type === 'visibilitychange' && !isVisible()) return
  if (event.type === 'online' || event.type === 'change') dropHangingRequests()
  checkForJump()
  poke(event.type)
}

function watchDevice(): () => void {
  const connection = (navigator as { connection?: EventTarget }).connection
  document.addEventListener('visibilitychange', onWake)
  for (const name of ['online', 'focus', 'pageshow']) window.addEventListener(name, onWake)
  window.addEventListener('offline', doubt)
  connection?.addEventListener?.('change', onWake)
  return () => {
    document.removeEventListener('visibilitychange', onWake)
    for (const name of ['online', 'focus', 'pageshow']) window.removeEventListener(name, onWake)
    window.removeEventListener('offline', doubt)
    connection?.removeEventListener?.('change', onWake)
  }
}

/** What this tab hears while it is the courier, and while it is not. */
function watchTabs(): () => void {
  let wasConnected = contact.value.connected
  let waiting = 0
  const stops = [
    hearTabs((message) => {
      if (message.type === 'contact' && !isCourier) setContact(message.contact)
      if (message.type === 'poke' && isCourier) poke(message.why)
    }),
    onArrival((arrival) => {
      if (arrival.source === 'local') poke('written')
    }),
    onDelivery(() => {
      const isMore = pendingTextCount.value > waiting
      waiting = pendingTextCount.value
      if (!isMore) return // a failed attempt must not call for the next one
      photoStop.abort() // critical text never waits behind a photograph
      if (isCourier) text.wake()
    }),
    onContact((now) => {
      if (isCourier) tellTabs({ type: 'contact', contact: now })
      if (now.connected && !wasConnected) poke('contact')
      if (!now.connected && wasConnected && isCourier) pulse.wake() // whichever lane noticed, the search begins
      wasConnected = now.connected
    }),
    onSession(() => poke('session')),
  ]
  return () => stops.forEach((stop) => stop())
}

async function work(): Promise<void> {
  isCourier = true
  startedAt = Date.now()
  tellProgress()
  await reloadLedger() // other tabs may have written since this one read it
  await lookAfterStore().catch((error: unknown) => console.error('courier: the store was not looked after', error))
  for (const lane of lanes) lane.start()
  for (const name of await knownMailboxes()) {
    await expectUnrecorded(name).catch((error: unknown) => console.error(`courier: ${name} was not read`, error))
  }
  poke('started')
  await startLive({ onNudge: pullNudged, onConnected: () => poke('live'), onLost: doubt })
}

/** Finish what an earlier page began, and notice what is gone. On a full device it fails, and delivery goes on. */
async function lookAfterStore(): Promise<void> {
  for (const name of await knownMailboxes()) await recover(name, cleanUp)
  await checkForLosses()
}

/** Start once per page; of several tabs one becomes the courier, and the next one when it is closed. */
export function startCourier(): void {
  if (stopCourying) return
  const leave = new AbortController()
  let release: () => void = () => undefined
  const untilReleased = new Promise<void>((resolve) => {
    release = resolve
  })
  const stops = [watchDevice(), watchTabs(), watchKept()]
  const lead = async (): Promise<void> => {
    await work()
    await untilReleased
  }
  stopCourying = () => {
    leave.abort()
    release()
    stops.forEach((stop) => stop())
    for (const lane of lanes) lane.stop()
    stopLive()
    isCourier = false
    stopCourying = null
  }
  loadLedger()
    .then(async () => {
      const locks = navigator.locks as LockManager | undefined
      // A page without TLS has no locks: two tabs may then push twice, which the hub takes for once.
      if (locks) await locks.request('greenlane-courier', { signal: leave.signal }, lead)
      else await lead()
    })
    .catch((error: unknown) => {
      if (!leave.signal.aborted) console.error('courier: stopped', error)
    })
}

export function stopCourier(): void {
  stopCourying?.()
}
