/**
 * Corrected times: rules 1 to 5 of "Time" in docs/record.md.
 * Twin of server/encounters/folding/corrected_times.py.
 */
import type { Basis, Document } from '../types'
import { isMeasure, parseInstant, withinCalendar } from './instants'

export interface CorrectedTimes {
  at: number | null
  recordedAt: number | null
  basis: Basis
  errorMs: number | null
}

interface Stamp {
  id: string
  isStated: boolean
  occurred: number | null
  recorded: number | null
  session: string | null
  mono: number | null
  offset: number | null
  error: number | null
  device: string | null
}

interface Shift {
  basis: Basis
  errorMs: number | null
  /** what to add to a time of this document's device; null when nothing is known */
  offset: number | null
}

function readStamp(document: Document): Stamp {
  const clock = (document.clock ?? {}) as unknown as Record<string, unknown>
  const isStated = document.time_basis === 'stated'
  const occurred = parseInstant(document.occurred_at)
  const hasRecorded = document.recorded_at !== undefined && document.recorded_at !== null
  return {
    id: document._id,
    isStated,
    occurred,
    // Another program may leave recorded_at out: a tap was then recorded when it happened, a stated time is anybody's guess.
    recorded: hasRecorded ? parseInstant(document.recorded_at) : isStated ? null : occurred,
    session: typeof clock.session === 'string' ? clock.session : null,
    mono: isMeasure(clock.mono_ms) ? clock.mono_ms : null,
    offset: isMeasure(clock.offset_ms) ? clock.offset_ms : null,
    error: isMeasure(clock.error_ms) ? clock.error_ms : null,
    device: typeof document.device === 'string' ? document.device : null,
  }
}

function groupBy(stamps: Stamp[], key: (stamp: Stamp) => string | null): Map<string, Stamp[]> {
  const groups = new Map<string, Stamp[]>()
  for (const stamp of stamps) {
    const name = key(stamp)
    if (name === null) continue
    const group = groups.get(name)
    if (group) group.push(stamp)
    else groups.set(name, [stamp])
  }
  return groups
}

/** The stamp with the smallest distance; ties go to the smallest id, so that order of arrival never matters. */
function nearest(stamps: Stamp[], distance: (stamp: Stamp) => number): Stamp | null {
  let best: Stamp | null = null
  let shortest = Infinity
  for (const stamp of stamps) {
    const length = distance(stamp)
    if (best !== null && (length > shortest || (length === shortest && stamp.id > best.id))) continue
    best = stamp
    shortest = length
  }
  return best
}

function sessionShift(stamp: Stamp, measured: Stamp[]): Shift | null {
  const { mono, recorded } = stamp
  if (mono === null || recorded === null) return null
  const reference = nearest(measured, (other) => Math.abs(other.mono! - mono))
  if (reference === null) return null
  const correctedRecorded = reference.recorded! + reference.offset! + (mono - reference.mono!)
  return { basis: 'session', errorMs: reference.error, offset: correctedRecorded - recorded }
}

function deviceShift(stamp: Stamp, measured: Stamp[]): Shift | null {
  const { recorded } = stamp
  if (recorded === null) return null
  const reference = nearest(measured, (other) => Math.abs(other.recorded! - recorded))
  return reference === null ? null : { basis: 'device', errorMs: null, offset: reference.offset }
}

const shifted = (milliseconds: number | null, shift: Shift): number | null =>
  milliseconds === null ? null : withinCalendar(milliseconds + (shift.offset ?? 0))

/** Corrected times of every document, by id. The documents are those of one encounter, each given once. */
export function correctedTimes(documents: Document[]): Map<string, CorrectedTimes> {
  const stamps = documents.map(readStamp)
  const measured = stamps.filter((stamp) => stamp.offset !== null && stamp.recorded !== null)
  const bySession = groupBy(
    measured.filter((stamp) => stamp.mono !== null),
    (stamp) => stamp.session,
  )
  const byDevice = groupBy(measured, (stamp) => stamp.device)
  const times = new Map<string, CorrectedTimes>()
  for (const stamp of stamps) {
    const shift: Shift =
      stamp.offset !== null
        ? { basis: 'measured', errorMs: stamp.error, offset: stamp.offset }
        : (stamp.session !== null && sessionShift(stamp, bySession.get(stamp.session) ?? [])) ||
          (stamp.device !== null && deviceShift(stamp, byDevice.get(stamp.device) ?? [])) ||
          { basis: 'unmeasured', errorMs: null, offset: null }
    const recordedAt = shifted(stamp.recorded, shift)
    times.set(
      stamp.id,
      stamp.isStated
        ? { at: stamp.occurred, recordedAt, basis: 'stated', errorMs: null }
        : { at: shifted(stamp.occurred, shift), recordedAt, basis: shift.basis, errorMs: shift.errorMs },
    )
  }
  return times
}
