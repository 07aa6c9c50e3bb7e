// Clocks that run from what was recorded: which are on (CPR, a tourniquet), and where a resuscitation stands now.
// Pure: a restart of the app changes nothing, for the documents are all there is. `runningClocks` has its twin in
// server/treatments/clocks.py; both run tests/vectors/clocks.
import { parseInstant } from '../encounters/folding/instants'
import type { BodyWithEntry } from '../encounters/types'

export interface RunningClock {
  procedure: string
  document: string
  /** When it was put on; null where nobody knows. */
  at: string | null
  site: string | null
}

const text = (value: unknown): string | null => (typeof value === 'string' ? value : null)

/** A tourniquet that an older version recorded has no `clock`, and is on all the same. */
const isStart = (one: BodyWithEntry): boolean =>
  (one.clock === 'start' && typeof one.procedure === 'string') || (one.procedure === 'tourniquet' && one.clock === undefined)

/** Clocks that nobody has ended, the one running longest first (an unknown time before all). */
export function runningClocks(treatments: readonly BodyWithEntry[]): RunningClock[] {
  const ended = new Set(treatments.filter((one) => one.clock === 'end').map((one) => one.of))
  return treatments
    .filter((one) => isStart(one) && !ended.has(one.entry.id))
    .map((one) => ({
      procedure: String(one.procedure),
      document: one.entry.id,
      at: one.entry.at,
      site: text(one.site) ?? text(one.detail),
    }))
    .sort((a, b) => order(a.at ?? '', b.at ?? '') || order(a.document, b.document))
}

const order = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

export interface Resuscitation {
  document: string
  startedAt: number
  /** Since when compressions are paused; null while they run. */
  pausedSince: number | null
  pauses: number
  pausedMs: number
  /** Cycles since compressions began or went on: which one this is, and what is left of it. */
  cycle: number
  cycleLeftMs: number
  shocks: number
  lastShockAt: number | null
  doses: number
  lastDoseAt: number | null
}

interface Event {
  at: number
  what: string
}

/** Where the running resuscitation stands at `now`; null when none runs, or its beginning has no time. */
export function resuscitationOf(
  treatments: readonly BodyWithEntry[],
  medications: readonly BodyWithEntry[],
  now: number,
  { cycleMinutes, drug }: { cycleMinutes: number; drug: string },
): Resuscitation | null {
  const clock = runningClocks(treatments).findLast((one) => one.procedure === 'cpr')
  const startedAt = clock ? parseInstant(clock.at) : null
  if (!clock || startedAt === null) return null
  const { pausedSince, pausedMs, pauses, since } = pausesOf(eventsOf(treatments, clock.document), startedAt, now)
  const cycleMs = cycleMinutes * 60_000
  const running = Math.max(0, (pausedSince ?? now) - since)
  const shocks = timesFrom(treatments.filter((one) => one.procedure === 'defibrillation'), startedAt)
  const doses = timesFrom(medications.filter((one) => one.drug === drug), startedAt)
  return {
    document: clock.document,
    startedAt,
    pausedSince,
    pauses,
    pausedMs,
    cycle: Math.floor(running / cycleMs) + 1,
    cycleLeftMs: cycleMs - (running % cycleMs),
    shocks: shocks.length,
    lastShockAt: shocks.at(-1) ?? null,
    doses: doses.length,
    lastDoseAt: doses.at(-1) ?? null,
  }
}

function eventsOf(treatments: readonly BodyWithEntry[], of: string): Event[] {
  return treatments
    .filter((one) => one.of === of && (one.clock === 'pause' || one.clock === 'resume'))
    .map((one) => ({ at: parseInstant(one.entry.at), what: String(one.clock) }))
    .filter((one): one is Event => one.at !== null)
    .sort((a, b) => a.at - b.at)
}

function pausesOf(events: readonly Event[], startedAt: number, now: number) {
  let [pausedSince, pausedMs, pauses, since]: [number | null, number, number, number] = [null, 0, 0, startedAt]
  for (const { at, what } of events) {
    if (what === 'pause' && pausedSince === null) {
      pausedSince = at
      pauses += 1
    } else if (what === 'resume' && pausedSince !== null) {
      pausedMs += at - pausedSince
      pausedSince = null
      since = at
    }
  }
  if (pausedSince !== null) pausedMs += Math.max(0, now - pausedSince)
  return { pausedSince, pausedMs, pauses, since }
}

function timesFrom(things: readonly BodyWithEntry[], startedAt: number): number[] {
  const times = things.map((one) => parseInstant(one.entry.at))
  return times.filter((at): at is number => at !== null && at >= startedAt).sort((a, b) => a - b)
}

export type Interval = 'none' | 'early' | 'open' | 'late'
/** Where the time since the last dose stands in the interval of the drug's rule ("repeat 3 to 5 minutes"). */
export function intervalState(lastAt: number | null, now: number, repeat: readonly [number, number] | undefined): Interval {
  if (lastAt === null || !repeat) return 'none'
  const minutes = (now - lastAt) / 60_000
  if (minutes < repeat[0]) return 'early'
  return minutes <= repeat[1] ? 'open' : 'late'
}

/** How many of the catalogue's limits (60, 120 minutes) a clock has passed. */
export function limitsPassed(at: string | null, now: number, warnMinutes: readonly number[] | undefined): number {
  const started = parseInstant(at)
  if (started === null || !warnMinutes) return 0
  return warnMinutes.filter((minutes) => now - started >= minutes * 60_000).length
}

/** "4:32" or "1:04:32" of a running clock. */
export function stopwatch(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000))
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60]
  const tail = String(seconds % 60).padStart(2, '0')
  return hours > 0 ? `${hours}:${String(minutes).padStart(2, '0')}:${tail}` : `${minutes}:${tail}`
}
