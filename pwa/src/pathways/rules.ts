// What a pathway makes of a folded encounter: intervals, stations, the next step, the onset timer.
// Pure: the folded record (docs/record.md), the catalogue's definitions and `now` come in as arguments. A missing end or
// a negative value is a reason, never a number. Twin: server/pathways/rules.py; both run tests/vectors/pathways.
import type {
  IndicatorDefinition,
  LineStop,
  PathwayDefinition,
  StepDefinition,
  TimeNodeDefinition,
} from '../catalogue/definitions'
import type { Words } from '../catalogue/types'
import { formatInstant } from '../encounters/folding/instants'
import type { Basis } from '../encounters/types'
import { recordedAt, type PathwayRecord, type Precision, type Recorded } from './recorded'

export type { PathwayRecord, Precision } from './recorded'

const MS_PER_MINUTE = 60_000
// A step that somebody said is not coming any more; a delayed one still is.
const GIVEN_UP: readonly unknown[] = ['not_done', 'aborted']

type TimeNodes = Readonly<Record<string, TimeNodeDefinition>>
type Indicators = Readonly<Record<string, IndicatorDefinition>>

export type Interval =
  | { status: 'ok' | 'negative'; minutes: number; error_ms: number | null; precision: Precision }
  | { status: 'missing'; missing: string[] }

export type IndicatorValue = Interval & { target_minutes: number | null; is_within: boolean | null }

export interface Station {
  node: string
  label: Words
  short: Words
  state: 'done' | 'next' | 'todo' | 'late' | 'given_up'
  is_next: boolean
  at: string | null
  precision: Precision | null
  basis: Basis | null
  expected_at: string | null
  target_minutes: number | null
  due_at: string | null
  minutes: number | null
  is_within: boolean | null
  why: Deviation | null
}

export interface Deviation {
  state: string | null
  reason: string | null
  text: string | null
}

export interface NextStep {
  kind: StepDefinition['kind']
  ref: string | null
  label: Words
}

export type OnsetTimer =
  | {
      state: 'running'
      node: string
      at: string
      minutes: number
      precision: Precision
      window_minutes: number | null
      remaining_minutes: number | null
    }
  | { state: 'none'; reason: 'unknown' | 'wake_up' | 'missing' }
  | { state: 'data_error'; reason: 'future'; node: string; at: string }

// Minutes between two nodes, or the reason why there are none. error_ms adds the clocks' errors of both ends; null when
// one of them was stated or never measured. Minutes have fractions: floor them only to show them. "negative" is a data
// error and never counts as a success.
export function intervalMinutes(
  folded: PathwayRecord,
  fromNode: string,
  toNode: string,
  timeNodes?: TimeNodes,
): Interval {
  const start = recordedAt(folded, fromNode, timeNodes)
  const end = recordedAt(folded, toNode, timeNodes)
  if (!start || !end) {
    return { status: 'missing', missing: [...(start ? [] : [fromNode]), ...(end ? [] : [toNode])] }
  }
  const minutes = (end.at_ms - start.at_ms) / MS_PER_MINUTE
  const error_ms = start.error_ms === null || end.error_ms === null ? null : start.error_ms + end.error_ms
  const precision = [start.precision, end.precision].includes('estimated') ? 'estimated' : 'exact'
  return { status: minutes < 0 ? 'negative' : 'ok', minutes, error_ms, precision }
}

// An interval with its target: is_within is null without a target or a value.
export function evaluateIndicator(
  indicator: IndicatorDefinition,
  folded: PathwayRecord,
  timeNodes?: TimeNodes,
): IndicatorValue {
  const interval = intervalMinutes(folded, indicator.from_node, indicator.to_node, timeNodes)
  const target = indicator.target_minutes
  const is_within = interval.status === 'ok' && target !== null ? isWithin(indicator, interval.minutes) : null
  return { ...interval, target_minutes: target, is_within }
}

// Whether minutes that are not negative meet an indicator's target, and are not earlier than it allows.
export function isWithin(indicator: IndicatorDefinition, minutes: number): boolean {
  const target = indicator.target_minutes ?? Infinity
  const isEarlyEnough = indicator.comparison === '<' ? minutes < target : minutes <= target
  return isEarlyEnough && minutes >= (indicator.earliest_minutes ?? 0)
}

// The line of stations, in order; "phone" for the short line, "hospital" for the whole one. A station is done, next (the
// first one open after the last done), late (open, and its target has run out) or todo; given_up when somebody recorded
// that it is not done or was broken off. is_next says which one is next although it is late. expected_at is the arrival
// that the crew announced. why is the newest reason recorded.
export function stations(
  pathway: PathwayDefinition,
  folded: PathwayRecord,
  now: Date,
  catalogue: { indicators: Indicators; time_nodes: TimeNodes },
  shown: 'phone' | 'hospital' = 'hospital',
): Station[] {
  const stops = pathway.line
    .filter((stop) => shown === 'hospital' || stop.shown === 'both')
    .filter((stop) => Object.hasOwn(catalogue.time_nodes, stop.node))
  const found = stops.map((stop) => recordedAt(folded, stop.node, catalogue.time_nodes))
  const lastDone = found.findLastIndex((recorded) => recorded !== null)
  const next = stops.findIndex((stop, place) => place > lastDone && !isGivenUp(folded, stop.node, catalogue.time_nodes))
  return stops.map((stop, place) => station(stop, found[place] ?? null, folded, now.getTime(), place === next, catalogue))
}

function station(
  stop: LineStop,
  recorded: Recorded | null,
  folded: PathwayRecord,
  nowMs: number,
  isNext: boolean,
  catalogue: { indicators: Indicators; time_nodes: TimeNodes },
): Station {
  const node = catalogue.time_nodes[stop.node] as TimeNodeDefinition
  const indicator = stop.indicator === undefined ? undefined : catalogue.indicators[stop.indicator]
  const dueMs = dueAtMs(indicator, folded, catalogue.time_nodes)
  const taken = indicator ? evaluateIndicator(indicator, folded, catalogue.time_nodes) : null
  const why = deviation(folded, stop.node)
  const isDropped = why !== null && GIVEN_UP.includes(why.state)
  const isLate = dueMs !== null && nowMs > dueMs
  const open = isDropped ? 'given_up' : isLate ? 'late' : isNext ? 'next' : 'todo'
  return {
    node: stop.node,
    label: node.label,
    short: node.short,
    state: recorded ? 'done' : open,
    is_next: isNext,
    at: recorded ? formatInstant(recorded.at_ms) : null,
    precision: recorded?.precision ?? null,
    basis: recorded?.basis ?? null,
    expected_at: recorded ? null : expectedAt(stop, folded),
    target_minutes: indicator?.target_minutes ?? null,
    due_at: formatInstant(dueMs),
    minutes: taken?.status === 'ok' ? taken.minutes : null,
    is_within: taken?.is_within ?? null,
    why,
  }
}

// Why a step was not done, came late or was broken off: the newest that was recorded.
export function deviation(folded: PathwayRecord, node: string): Deviation | null {
  const newest = (folded.assessments ?? []).filter((one) => one.about === 'step' && one.node === node).at(-1)
  if (!newest) return null
  const text = (value: unknown): string | null => (typeof value === 'string' ? value : null)
  return { state: text(newest.state), reason: text(newest.reason), text: text(newest.text) }
}

// Whether a node is not coming any more: said so, and no time was recorded for it.
export function isGivenUp(folded: PathwayRecord, node: string, timeNodes: TimeNodes): boolean {
  return GIVEN_UP.includes(deviation(folded, node)?.state) && recordedAt(folded, node, timeNodes) === null
}

// When an indicator's target runs out: its start plus the target, once the start is recorded.
function dueAtMs(indicator: IndicatorDefinition | undefined, folded: PathwayRecord, timeNodes: TimeNodes): number | null {
  if (!indicator || indicator.target_minutes === null) return null
  const start = recordedAt(folded, indicator.from_node, timeNodes)
  return start ? start.at_ms + indicator.target_minutes * MS_PER_MINUTE : null
}

const expectedAt = (stop: LineStop, folded: PathwayRecord): string | null =>
  stop.expected_from === 'destination' ? (folded.destination?.eta_at ?? null) : null

// The first open step; null when all is done. A step before the last time that was recorded is not offered again: a crew
// that skipped it has gone on. Those that must not be lost (hospital, alert, last known well) are offered until the node
// that they name in insist_until.
export function nextStep(
  pathway: PathwayDefinition,
  folded: PathwayRecord,
  timeNodes: TimeNodes,
  side: 'phone' | 'hospital' = 'phone',
): NextStep | null {
  const steps = side === 'phone' ? pathway.steps : pathway.hospital_steps
  const done = steps.map((step) => isStepDone(step, folded, timeNodes))
  const passed = steps.findLastIndex((step) => step.kind === 'time_node' && recordedAt(folded, step.ref ?? '', timeNodes) !== null)
  const next = steps.find((step, place) => {
    const isInsisted = step.insist_until !== undefined && recordedAt(folded, step.insist_until, timeNodes) === null
    return !done[place] && (place > passed || isInsisted)
  })
  return next ? { kind: next.kind, ref: next.ref, label: next.label } : null
}

// Whether the record already has what a step asks for.
export function isStepDone(step: StepDefinition, folded: PathwayRecord, timeNodes: TimeNodes): boolean {
  const ref = step.ref ?? ''
  switch (step.kind) {
    case 'time_node':
      return recordedAt(folded, ref, timeNodes) !== null || isGivenUp(folded, ref, timeNodes)
    case 'onset':
      return (folded.onset ?? null) !== null
    case 'score':
      return (folded.scores?.[ref]?.length ?? 0) > 0
    case 'vitals':
      return (folded.vitals?.latest[ref] ?? folded.vitals?.not_measurable[ref]) !== undefined
    case 'media':
      return (folded.media ?? []).some((entry) => entry.purpose === ref)
    case 'destination':
      return (folded.destination ?? null) !== null
    case 'prealert':
      return (folded.prealert ?? null) !== null
  }
}

// The running time since last known well, onset or injury, or the reason why there is none: an unknown time is not zero.
// A window (lysis) exists only where the pathway names one for exactly that node.
export function onsetTimer(pathway: PathwayDefinition, folded: PathwayRecord, now: Date): OnsetTimer {
  const rule = pathway.onset_timer
  const state = folded.onset?.state
  if (state === 'unknown' || state === 'wake_up') return { state: 'none', reason: state }
  const node = rule.from.find((one) => recordedAt(folded, one) !== null)
  const start = node === undefined ? null : recordedAt(folded, node)
  if (node === undefined || !start) return { state: 'none', reason: 'missing' }
  const minutes = (now.getTime() - start.at_ms) / MS_PER_MINUTE
  const at = formatInstant(start.at_ms)
  if (minutes < 0) return { state: 'data_error', reason: 'future', node, at }
  const window = rule.window?.node === node ? rule.window.minutes : null
  const remaining_minutes = window === null ? null : Math.max(0, window - minutes)
  return { state: 'running', node, at, minutes, precision: start.precision, window_minutes: window, remaining_minutes }
}
