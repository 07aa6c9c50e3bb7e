/**
 * The small form of an encounter that boards, walls and lists read, and the order of a board.
 * Pure: no clock; minutes are for the reader to count. Twin of server/board/rules.py; shared vectors in
 * tests/vectors/board. docs/api.md shows a whole summary.
 */
import { alarms, hasAdultLimits } from '../catalogue/vital_limits'
import { completedYears, shanghaiDate } from '../encounters/age'
import { formatInstant, isMeasure, parseInstant } from '../encounters/folding/instants'
import { runningClocks, type RunningClock } from '../treatments/clocks'
import { identifiersOf, linkedTo, possibleDuplicates, registrationHere, type LinkTo } from '../patients/rules'
import type { Basis, Folded, FoldedTimeNode, VitalValue } from '../encounters/types'

export const TREND_LENGTH = 8

export type Alarm = 'low' | 'high'
/** The catalogue's vital signs: field id -> definition with its alarm limits. */
export type VitalFields = Parameters<typeof alarms>[0]

export interface SummaryPatient {
  name: string | null
  temporary_name: string | null
  sex: 'male' | 'female' | 'unknown' | null
  birth_date: string | null
  age_years: number | null
  age_basis: 'birth_date' | 'stated' | null
  id_number: string | null
}
export interface SummaryScore {
  status: string | null
  total: number | null
  band: string | null
  at: string | null
}
export interface SummaryTimeNode {
  node: string
  at: string | null
  precision: string | null
  basis: Basis
  error_ms: number | null
}
export interface SummaryPhoto {
  document: string
  purpose: string | null
  thumbnail: string | null
  at: string | null
}

export interface EncounterSummary {
  encounter: string | null
  state: 'open' | 'closed'
  pathway: string | null
  symptom: string | null
  unit: string | null
  site: string | null
  destination: { site: string; at: string | null } | null
  patient: SummaryPatient | null
  /** Standing claims of who this is: more than one are all shown. */
  claims: number
  /** What two encounters of one patient have in common: "id_number:…", "wristband:…". */
  identifiers: string[]
  /** Encounters that this one is linked to now. */
  links: LinkTo[]
  /** Encounters with the same number or wristband, which nobody has compared yet. */
  possible_duplicates: string[]
  /** What the hospital where the patient is, or is going, answered. */
  registration: { site: string; record_number: string; visit_number: string | null; state: string | null } | null
  triage: { level: number; system: string | null; at: string | null } | null
  eta_at: string | null
  arrived_at: string | null
  first_contact_at: string | null
  onset: {
    node: 'last_known_well' | 'onset'
    state: 'known' | 'unknown' | 'wake_up'
    at: string | null
    precision: string | null
  } | null
  prealert: { document: string; at: string | null; site: string } | null
  acknowledgements: { of: string; at: string | null; staff: string | null; role: string | null }[]
  newer: number
  critical_newer: number
  vitals: Record<string, VitalValue>
  vitals_at: Record<string, string | null>
  alarms: Record<string, Alarm>
  /** The limit that each alarm has passed. */
  alarm_limits: Record<string, number>
  limits: 'adult' | 'none'
  not_measurable: Record<string, string>
  trends: Record<string, [string, number][]>
  scores: Record<string, SummaryScore>
  time_nodes: SummaryTimeNode[]
  /** What runs now: a resuscitation, tourniquets that are on. */
  clocks: RunningClock[]
  complaint: { text: string | null; chips: string[] } | null
  allergies: string[]
  /** Codes of the wristbands that are on the patient. */
  wristbands: string[]
  photos: SummaryPhoto[]
  closure: { reason: string | null; at: string | null } | null
  problems: number
  documents: number
  opened_at: string | null
  updated_at: string | null
}

const compare = (left: string, right: string): number => (left < right ? -1 : left > right ? 1 : 0)
const mapValues = <A, B>(record: Record<string, A>, change: (value: A) => B): Record<string, B> =>
  Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value)]))
const mapEntries = <A, B>(record: Record<string, A>, change: (key: string, value: A) => B): Record<string, B> =>
  Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(key, value)]))

function patientOf(folded: Folded): SummaryPatient | null {
  const { patient } = folded
  if (patient === null) return null
  const byBirth = completedYears(patient.birth_date, shanghaiDate(folded.opened_at ?? folded.updated_at))
  const ageYears = byBirth ?? patient.age_years
  return {
    name: patient.name,
    temporary_name: patient.temporary_name,
    sex: patient.sex,
    birth_date: patient.birth_date,
    age_years: ageYears,
    age_basis: byBirth !== null ? 'birth_date' : ageYears === null ? null : 'stated',
    id_number: patient.id_number,
  }
}

function registrationOf(folded: Folded): EncounterSummary['registration'] {
  const found = registrationHere(folded)
  if (found === null) return null
  return { site: found.site, record_number: found.record_number, visit_number: found.visit_number, state: found.state }
}

/** The expected arrival that was said last, for the site that is the destination now. */
function etaOf({ destination, prealert }: Folded): string | null {
  let newest: NonNullable<Folded['destination']> | null = null
  for (const said of [destination, prealert]) {
    if (said === null || parseInstant(said.eta_at) === null) continue
    if (destination !== null && said.site !== destination.site) continue
    const later =
      newest === null ||
      compare(said.entry.recorded_at ?? '', newest.entry.recorded_at ?? '') > 0 ||
      (said.entry.recorded_at === newest.entry.recorded_at && said.entry.id > newest.entry.id)
    if (later) newest = said
  }
  return newest && formatInstant(parseInstant(newest.eta_at))
}

function nodeAt(folded: Folded, node: string): string | null {
  const found = Object.hasOwn(folded.time_nodes, node) ? folded.time_nodes[node] : undefined
  return found?.[found.length - 1]?.at ?? null
}

function timeNodesOf(folded: Folded): SummaryTimeNode[] {
  const nodes = Object.entries(folded.time_nodes).flatMap(([node, found]) => found.map((one) => [node, one] as const))
  const order = (left: FoldedTimeNode, right: FoldedTimeNode): number =>
    Number(left.at === null) - Number(right.at === null) ||
    compare(left.at ?? '', right.at ?? '') ||
    compare(left.entry.id, right.entry.id)
  return nodes
    .sort(([, left], [, right]) => order(left, right))
    .map(([node, { at, precision, entry }]) => ({
      node,
      at,
      precision,
      basis: entry.basis,
      error_ms: entry.error_ms,
    }))
}

function criticalNewer(folded: Folded, fields: VitalFields, ageYears: number | null): number {
  const newer = new Set(folded.newer)
  return folded.vitals.sets.filter(
    (set) => newer.has(set.entry.id) && Object.keys(alarms(fields, set.values, ageYears)).length > 0,
  ).length
}

function trendsOf(folded: Folded): Record<string, [string, number][]> {
  const trends = new Map<string, [string, number][]>()
  for (const { values, entry } of folded.vitals.sets) {
    for (const [field, value] of Object.entries(values)) {
      if (!isMeasure(value) || entry.at === null) continue
      const points = trends.get(field)
      if (points) points.push([entry.at, value])
      else trends.set(field, [[entry.at, value]])
    }
  }
  return Object.fromEntries([...trends].map(([field, points]) => [field, points.slice(-TREND_LENGTH)]))
}

const photosOf = (folded: Folded): SummaryPhoto[] =>
  folded.media
    .filter((media) => media.media === 'photo')
    .map((media) => ({
      document: media.entry.id,
      purpose: media.purpose ?? null,
      thumbnail: media.renditions.thumbnail ?? null,
      at: media.entry.at,
    }))

/** Summarize a folded encounter. */
export function summarize(folded: Folded, vitalFields: VitalFields | null): EncounterSummary {
  const patient = patientOf(folded)
  const ageYears = patient?.age_years ?? null
  const fields = vitalFields ?? {}
  const { latest, not_measurable: notMeasurable } = folded.vitals
  const vitals = mapValues(latest, (reading) => reading.value)
  const alarmed = alarms(fields, vitals, ageYears)
  const { destination, triage, onset, prealert, complaint, closure } = folded
  return {
    encounter: folded.encounter,
    state: folded.state,
    pathway: folded.pathway,
    symptom: folded.symptom,
    unit: folded.unit,
    site: folded.site,
    destination: destination && { site: destination.site, at: destination.entry.at },
    patient,
    claims: folded.patients.length,
    identifiers: identifiersOf(folded),
    links: linkedTo(folded),
    possible_duplicates: possibleDuplicates(folded),
    registration: registrationOf(folded),
    triage: triage && { level: triage.level, system: triage.system, at: triage.entry.at },
    eta_at: etaOf(folded),
    arrived_at: nodeAt(folded, 'hospital_door'),
    first_contact_at: nodeAt(folded, 'patient_contact_fmc'),
    onset: onset && { node: onset.node, state: onset.state, at: onset.at, precision: onset.precision },
    prealert: prealert && { document: prealert.entry.id, at: prealert.entry.at, site: prealert.site },
    acknowledgements: folded.acknowledgements.map(({ of, entry }) => ({
      of,
      at: entry.at,
      staff: entry.staff,
      role: entry.role,
    })),
    newer: folded.newer.length,
    critical_newer: criticalNewer(folded, fields, ageYears),
    vitals,
    vitals_at: mapValues(latest, (reading) => reading.entry.at),
    alarms: alarmed,
    alarm_limits: mapEntries(alarmed, (field, side) => fields[field]?.adult_alarm?.[side] ?? 0),
    limits: hasAdultLimits(ageYears) ? 'adult' : 'none',
    not_measurable: mapValues(notMeasurable, (why) => why.reason),
    trends: trendsOf(folded),
    scores: mapValues(folded.scores, (results) => {
      const { result, entry } = results[results.length - 1]!
      const { status = null, total = null, band = null } = result ?? {}
      return { status, total, band, at: entry.at }
    }),
    time_nodes: timeNodesOf(folded),
    clocks: runningClocks(folded.treatments),
    complaint: complaint && { text: complaint.text, chips: complaint.chips },
    wristbands: folded.wristbands.filter((band) => band.state === 'attached').map((band) => band.code),
    allergies: [...new Set(folded.histories.flatMap((history) => (history.allergies ?? []) as string[]))],
    photos: photosOf(folded),
    closure: closure && { reason: closure.reason, at: closure.entry.at },
    problems: folded.problems.length,
    documents: folded.documents,
    opened_at: folded.opened_at,
    updated_at: folded.updated_at,
  }
}

export type BoardGroup = 'coming' | 'arrived' | 'finished'
const GROUPS: BoardGroup[] = ['coming', 'arrived', 'finished']

/** Where a summary stands on a board: coming, arrived (also walked in) or finished. */
export function boardGroup(summary: EncounterSummary): BoardGroup {
  if (summary.state === 'closed') return 'finished'
  return summary.arrived_at !== null || isWalkIn(summary) ? 'arrived' : 'coming'
}

/** Whether the hospital opened the record itself, and the patient has not been sent on to another one since. */
export function isWalkIn({ site, unit, destination }: EncounterSummary): boolean {
  return site !== null && unit === null && (destination === null || destination.site === site)
}

/** Who comes next first (unknown arrival last); then who arrived; then who is finished, newest first in both. */
export function boardOrder(summaries: readonly EncounterSummary[]): EncounterSummary[] {
  const newest = (summary: EncounterSummary): number =>
    parseInstant(summary.closure ? summary.closure.at : (summary.arrived_at ?? summary.opened_at)) ?? 0
  const eta = (summary: EncounterSummary): number => parseInstant(summary.eta_at) ?? Infinity
  const coming = (left: EncounterSummary, right: EncounterSummary): number =>
    eta(left) === eta(right) ? compare(left.opened_at ?? '', right.opened_at ?? '') : eta(left) - eta(right)
  return [...summaries].sort((left, right) => {
    const group = boardGroup(left)
    return (
      GROUPS.indexOf(group) - GROUPS.indexOf(boardGroup(right)) ||
      (group === 'coming' ? coming(left, right) : newest(right) - newest(left)) ||
      compare(left.encounter ?? '', right.encounter ?? '')
    )
  })
}
