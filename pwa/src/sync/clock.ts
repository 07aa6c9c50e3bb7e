// How far this device's clock is from the hub's, and how sure that is.
//
// A measurement is the midpoint rule of NTP over GET /api/clock: offset = hub time - middle of the round trip, error =
// half the round trip. The error then grows by 50 ppm, the drift of a phone's quartz. A new sample is taken over when it
// is better than what the old one has become.
//
// The wall clock and the page's monotonic clock are compared all the time. When they part by more than two seconds the
// device slept or somebody set its clock; which of the two cannot be known, so a new clock session begins and documents
// carry no offset until the hub has been asked again (docs/record.md, Time, rule 4 bridges that, and the `clock`
// document that follows makes it exact). After a reload nothing can be compared: the kept measurement is used, with its
// grown error, unless the wall clock visibly ran backwards or the measurement is older than a day.
import { ref, type Ref } from 'vue'
import { newUlid } from '@/device/ids'
import { askHub } from './hub'
import { readValue, writeValue } from './own_database'
import { hearTabs, tellTabs } from './tabs'

export interface ClockReading {
  session: string
  mono_ms: number
  offset_ms: number | null
  error_ms: number | null
}

export interface Measurement {
  offsetMs: number
  /** Error at the time of the measurement. */
  errorMs: number
  /** Device clock, milliseconds. */
  atMs: number
}

const DRIFT_PPM = 50
const JUMP_MS = 2_000
const KEPT_FOR_MS = 24 * 60 * 60 * 1000
const SAMPLES = 4

/** Hub minus device, milliseconds: the best guess, for clocks on the screen. Null when never measured. */
export const offsetMs: Ref<number | null> = ref(null)
export const errorMs: Ref<number | null> = ref(null)

let clockSession = newUlid()
let current: Measurement | null = null
/** False after a jump: the guess still serves the screen, documents say "not measured". */
let isTrusted = false
let wallMinusMono = Date.now() - performance.now()
let unmeasuredWritten = false
const measuredListeners = new Set<(session: string) => void>()

/** Error of a measurement after some time. */
export function grownError(measurement: Measurement, nowMs: number): number {
  return Math.ceil(measurement.errorMs + (Math.abs(nowMs - measurement.atMs) * DRIFT_PPM) / 1_000_000)
}

/** One round trip by the midpoint rule. `sentMs` and `receivedMs` are device clock. */
export function measurementOf(sentMs: number, receivedMs: number, hubMs: number): Measurement {
  return { offsetMs: Math.round(hubMs - (sentMs + receivedMs) / 2), errorMs: (receivedMs - sentMs) / 2, atMs: receivedMs }
}

/** The better of an older measurement and a new one, at the time of the new one. */
export function betterOf(older: Measurement | null, newer: Measurement): Measurement {
  return older && grownError(older, newer.atMs) < newer.errorMs ? older : newer
}

/** Notice a sleep or a changed clock. True when the two clocks of the device parted. */
export function checkForJump(): boolean {
  const difference = Date.now() - performance.now()
  if (Math.abs(difference - wallMinusMono) <= JUMP_MS) return false
  wallMinusMono = difference
  clockSession = newUlid()
  isTrusted = false
  unmeasuredWritten = false
  return true
}

/** Hub time as well as this device knows it. */
export function hubNow(): Date {
  return new Date(Date.now() + (offsetMs.value ?? 0))
}

/** The clock part of a document's envelope, now. */
export function stampClock(): ClockReading {
  checkForJump()
  const measured = isTrusted ? current : null
  if (!measured) unmeasuredWritten = true
  return {
    session: clockSession,
    mono_ms: Math.round(performance.now()),
    offset_ms: measured ? measured.offsetMs : null,
    error_ms: measured ? grownError(measured, Date.now()) : null,
  }
}

/** Told when the clock was measured after documents of this clock session were written unmeasured. */
export function onMeasuredLate(listener: (session: string) => void): () => void {
  measuredListeners.add(listener)
  return () => measuredListeners.delete(listener)
}

/** Use the measurement of an earlier page until the hub can be asked. */
export async function restoreClock(): Promise<void> {
  const kept = await readValue<Measurement>('clock')
  if (!kept || current) return
  const age = Date.now() - kept.atMs
  show(kept)
  if (age < 0 || age > KEPT_FOR_MS) return
  current = kept
  isTrusted = true
}

function show(measurement: Measurement): void {
  offsetMs.value = measurement.offsetMs
  errorMs.value = grownError(measurement, Date.now())
}

/** Take one sample of the hub's clock. Throws HubUnreachable when there is no answer. */
async function sample(): Promise<Measurement | null> {
  const sentMono = performance.now()
  const sentMs = Date.now()
  const answer = await askHub<{ now_ms: number }>('/api/clock')
  const tripMs = performance.now() - sentMono
  if (!answer.ok || typeof answer.body?.now_ms !== 'number') return null
  return measurementOf(sentMs, sentMs + tripMs, answer.body.now_ms)
}

/** Measure against the hub and keep the best. It is the heartbeat as well; `samples` = 1 suffices for that. */
export async function measureClock(samples = SAMPLES): Promise<void> {
  for (let taken = 0; taken < samples; taken += 1) {
    checkForJump()
    const session = clockSession
    const measured = await sample()
    checkForJump()
    if (!measured || session !== clockSession) continue // the clock moved under the sample
    await accept(measured)
  }
}

async function accept(measured: Measurement): Promise<void> {
  adopt(measured)
  if (current === measured) {
    await writeValue('clock', current)
    tellTabs({ type: 'clock' })
  }
}

function adopt(measured: Measurement): void {
  current = betterOf(isTrusted ? current : null, measured)
  isTrusted = true
  show(current)
  if (!unmeasuredWritten) return
  unmeasuredWritten = false
  for (const listener of measuredListeners) listener(clockSession)
}

hearTabs((message) => {
  if (message.type !== 'clock') return
  checkForJump()
  readValue<Measurement>('clock')
    .then((kept) => {
      if (kept) adopt(kept) // another tab has just asked the hub, on the same device clock
    })
    .catch((error: unknown) => console.error('clock: the measurement of another tab cannot be read', error))
})

/** Begin as a fresh page, for tests. */
export function resetClock(): void {
  clockSession = newUlid()
  current = null
  isTrusted = false
  unmeasuredWritten = false
  wallMinusMono = Date.now() - performance.now()
  offsetMs.value = null
  errorMs.value = null
}
