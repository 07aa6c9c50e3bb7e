// How long to wait between two looks for a hub that does not answer. A look costs a few hundred bytes and never two are
// under way; a relay, a dead cell or a captive portal that comes back raises no event, so looking is how it is noticed.
import { LONGEST_PAUSE_MS, pauseAfter } from './runner'

export interface Searching {
  /** Somebody may be looking at this screen. */
  isVisible: boolean
  /** Text is here that the hub does not have. */
  isWaiting: boolean
  /** Since the last answer of the hub, or since something was written after it. */
  silentMs: number
  /** Looks that found nothing, in a row. */
  failures: number
}

/** By how long nothing was heard: a short gap is looked through closely, a night in a valley must not empty the phone. */
const STEPS = [
  { untilMs: 30_000, waitingMs: 200, idleMs: 5_000 },
  { untilMs: 2 * 60_000, waitingMs: 500, idleMs: 5_000 },
  { untilMs: 15 * 60_000, waitingMs: 2_000, idleMs: 10_000 },
  { untilMs: Infinity, waitingMs: 10_000, idleMs: LONGEST_PAUSE_MS },
] as const

/** Milliseconds until the next look: doubling up to the step's longest pause, the upper half of it by chance. */
export function searchPause({ isVisible, isWaiting, silentMs, failures }: Searching, random?: () => number): number {
  const step = STEPS.find(({ untilMs }) => silentMs < untilMs) ?? STEPS[2]
  const longest = isWaiting ? step.waitingMs : step.idleMs
  return pauseAfter(failures, isVisible ? longest : LONGEST_PAUSE_MS, random)
}

export interface Beat {
  /** Something hinted that the hub is gone. */
  isDoubtful: boolean
  /** The last request was answered. */
  isConnected: boolean
  /** Since the hub's last answer to anything; null when it never answered. */
  sinceContactMs: number | null
  /** Beats so far. */
  round: number
}

/**
 * Whether a beat of the pulse asks the hub. While other lanes hear from it, every third does, for the clock's sake. After a
 * request without an answer each one does: the answer before it says nothing of now.
 */
export function mustAsk({ isDoubtful, isConnected, sinceContactMs, round }: Beat, beatMs: number): boolean {
  return isDoubtful || !isConnected || sinceContactMs === null || sinceContactMs >= beatMs || round % 3 === 0
}
