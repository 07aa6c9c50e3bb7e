/**
 * What the record already knows of a score's answers: offered with its source and age, never taken by itself.
 * Pure: the folded record and the instant come in.
 */
import { ageOf, openedAtOf } from '../encounters/identity'
import type { Folded, FoldedScore } from '../encounters/types'
import { consciousnessOf } from '../vitals/consciousness'
import { isAllowed } from './score_kinds/answers'
import { fastEdFromNihss } from './nihss_mapping'
import type { Item } from './types'

/**
 * A measured value older than this is shown as old, and wants a tap of its own. Our convention, half of the catalogue's
 * longest re-check interval (30 min): what is older than half of it may no longer be so.
 */
export const FRESH_MINUTES = 15

export type SourceKind = 'vitals' | 'score' | 'patient' | 'time_node' | 'history'

/** Stored with the score: where an answer came from that nobody typed. */
export interface InputSource {
  kind: SourceKind
  /** the document that it was taken over from */
  of: string
  at: string | null
  /** the field or score there */
  name: string
  /** what stood there */
  value: unknown
}

export interface Proposal {
  item: string
  value: unknown
  source: InputSource
  /** Whole minutes; null where age does not matter (birth date) or is not known. */
  ageMinutes: number | null
  isOld: boolean
  /** Wants a tap of its own: old, estimated, or not exactly what the item asks for. */
  needsOwnTap: boolean
  /** Why an untestable answer is untestable, as recorded there. */
  why?: string
}

interface Candidate {
  field: string
  isExact: boolean
}
const exactly = (field: string): Candidate => ({ field, isExact: true })
const nearly = (field: string): Candidate => ({ field, isExact: false })

// A pulse is not quite a heart rate, and "alert" does not rule out the new confusion that NEWS2 asks for.
const FROM_VITALS: Readonly<Record<string, Candidate[]>> = {
  sbp: [exactly('sbp')],
  dbp: [exactly('dbp')],
  rr: [exactly('rr')],
  hr: [exactly('hr'), nearly('pulse')],
  pulse: [exactly('pulse'), nearly('hr')],
  spo2: [exactly('spo2')],
  temp: [exactly('temp')],
  glucose: [exactly('glucose')],
  on_oxygen: [exactly('on_oxygen')],
  cap_refill: [exactly('cap_refill')],
  avpu: [exactly('avpu')],
  consciousness: [nearly('avpu')],
}
const ANTICOAGULANTS = ['warfarin', 'doac']

const minutesBetween = (from: string | null, now: number): number | null => {
  const at = from === null ? Number.NaN : Date.parse(from)
  return Number.isNaN(at) ? null : Math.max(0, Math.floor((now - at) / 60_000))
}

/** The proposals for these items, at most one each. An answer that the item does not allow is not proposed. */
export function knownValues(score: string, items: readonly Item[], folded: Folded, now: number): Proposal[] {
  const mapped = score === 'fast_ed' ? fromNihss(items, folded, now) : []
  return items.flatMap((item) => {
    const found =
      mapped.find((one) => one.item === item.id) ?? fromScores(item, folded, now) ?? fromVitals(item, folded, now) ?? fromPerson(item, folded) ??
      fromOnset(item, folded, now) ?? fromHistory(item, folded)
    return found && fits(item, found.value) ? [found] : []
  })
}

const fits = (item: Item, value: unknown): boolean =>
  isAllowed(item, value) || (item.special_values ?? []).some((special) => special.value === value)

/** A proposal from something measured or examined, which grows old. */
function aged(item: string, value: unknown, source: InputSource, now: number, isExact = true): Proposal {
  const ageMinutes = minutesBetween(source.at, now)
  const isOld = ageMinutes === null || ageMinutes > FRESH_MINUTES
  return { item, value, source, ageMinutes, isOld, needsOwnTap: isOld || !isExact }
}

function fromVitals(item: Item, folded: Folded, now: number): Proposal | null {
  const candidates = Object.hasOwn(FROM_VITALS, item.id) ? FROM_VITALS[item.id]! : []
  for (const { field, isExact } of candidates) {
    const reading = folded.vitals.latest[field]
    if (!reading || !fits(item, reading.value)) continue
    // Whoever had the letter C before them and tapped it has said that the confusion is new.
    const isConfused = item.id === 'consciousness' && consciousnessOf(folded.vitals.latest) === 'C'
    const value = isConfused ? 'C' : reading.value
    const source: InputSource = { kind: 'vitals', of: reading.entry.id, at: reading.entry.at, name: field, value }
    return aged(item.id, value, source, now, (isExact || isConfused) && !reading.implausible)
  }
  return null
}

const latest = (folded: Folded, score: string): FoldedScore | null => folded.scores[score]?.at(-1) ?? null

function fromScores(item: Item, folded: Folded, now: number): Proposal | null {
  const found = latest(folded, item.id)
  if (!found?.result || !['gcs', 'killip', 'nihss'].includes(item.id)) return null
  const sourceOf = (value: unknown): InputSource => ({ kind: 'score', of: found.entry.id, at: found.entry.at, name: item.id, value })
  if (item.id === 'killip') return aged(item.id, found.inputs.class, sourceOf(found.inputs.class), now)
  if (typeof found.result.total === 'number') return aged(item.id, found.result.total, sourceOf(found.result.total), now)
  if (item.id === 'nihss') return null
  const isUntestable = found.result.status === 'not_computable'
  const why = Object.values(found.untestable_reasons ?? {})[0] ?? 'other'
  return isUntestable ? { ...aged(item.id, 'NT', sourceOf('NT'), now), why } : null
}

function fromNihss(items: readonly Item[], folded: Folded, now: number): Proposal[] {
  const found = latest(folded, 'nihss')
  if (!found) return []
  return fastEdFromNihss(items, found.inputs).map(({ item, value, from }) => {
    const given = Object.fromEntries(from.map((id) => [id, found.inputs[id]]))
    return aged(item, value, { kind: 'score', of: found.entry.id, at: found.entry.at, name: `nihss.${from.join('+')}`, value: given }, now)
  })
}

function fromPerson(item: Item, folded: Folded): Proposal | null {
  if (item.id !== 'age' && item.id !== 'age_years') return null
  const age = ageOf(folded.patient, openedAtOf(folded))
  if (!age || !folded.patient) return null
  const { entry } = folded.patient
  const source: InputSource = { kind: 'patient', of: entry.id, at: entry.at, name: age.estimated ? 'age_years' : 'birth_date', value: age.years }
  return { item: item.id, value: age.years, source, ageMinutes: null, isOld: false, needsOwnTap: age.estimated }
}

function fromOnset(item: Item, folded: Folded, now: number): Proposal | null {
  const onset = folded.onset
  if (item.id !== 'onset_min' || onset?.state !== 'known' || onset.at === null) return null
  const minutes = Math.floor((now - Date.parse(onset.at)) / 60_000)
  if (minutes < 0) return null // an onset that lies ahead is a wrong entry, not zero minutes
  const source: InputSource = { kind: 'time_node', of: onset.entry.id, at: onset.at, name: onset.node, value: onset.at }
  return { item: item.id, value: minutes, source, ageMinutes: null, isOld: false, needsOwnTap: onset.precision === 'estimated' }
}

/** Anticoagulants: yes when one is on the list, no only when somebody recorded that nothing is taken. */
export function fromHistory(item: Item, folded: Folded): Proposal | null {
  if (item.id !== 'oral_anticoagulant' && item.id !== 'anticoagulant') return null
  for (const history of [...folded.histories].reverse()) {
    const taken = Array.isArray(history.medications) ? (history.medications as unknown[]) : []
    const found = taken.find((one) => ANTICOAGULANTS.includes(String(one)))
    if (found === undefined && !(taken.length === 1 && taken[0] === 'none')) continue
    const source: InputSource = { kind: 'history', of: history.entry.id, at: history.entry.at, name: 'medications', value: found ?? 'none' }
    return { item: item.id, value: found !== undefined, source, ageMinutes: null, isOld: false, needsOwnTap: true }
  }
  return null
}

/** Minutes since onset run on while a form is open: taken over once, they are read anew whenever they are used. */
export function withRunningMinutes(
  inputs: Readonly<Record<string, unknown>>,
  sources: Readonly<Record<string, InputSource>>,
  now: number,
): Record<string, unknown> {
  const running = { ...inputs }
  const source = sources.onset_min
  if (source?.kind === 'time_node' && source.at !== null) running.onset_min = Math.max(0, Math.floor((now - Date.parse(source.at)) / 60_000))
  return running
}
