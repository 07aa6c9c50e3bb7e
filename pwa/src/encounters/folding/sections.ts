/**
 * The parts of the folded record that need more than copying: vitals, onset, entries newer than the acknowledgement.
 * Twin of server/encounters/folding/sections.py.
 */
import type { Body, Entry, FoldedAcknowledgement, FoldedOnset, FoldedVitals, VitalValue } from '../types'
import { lastPart } from './document_id'

/** A head (or an entry in force) of known shape, with the facts that every entry has. */
export interface Item {
  entry: Entry
  body: Body
}

const text = (value: unknown): string | null => (typeof value === 'string' ? value : null)
const isSimple = (value: unknown): value is VitalValue =>
  typeof value === 'number' || typeof value === 'string' || typeof value === 'boolean'

const NOT_FIELDS = new Set(['not_measurable', 'confirmed', 'moved_from'])

/** Vital-sign sets in order, and per field the newest reading. A set whose time is unknown never counts as newest. */
export function foldVitals(items: Item[]): FoldedVitals {
  const sets = items.map(({ entry, body }) => ({
    values: Object.fromEntries(Object.entries(body).filter(([field, v]) => !NOT_FIELDS.has(field) && isSimple(v))),
    not_measurable: Object.fromEntries(
      Object.entries((body.not_measurable ?? {}) as Body).filter(([, reason]) => typeof reason === 'string'),
    ) as Record<string, string>,
    entry,
  })) as FoldedVitals['sets']
  const latest = new Map<string, FoldedVitals['latest'][string]>()
  const notMeasurable = new Map<string, FoldedVitals['not_measurable'][string]>()
  const confirmed = new Map(items.map(({ entry, body }) => [entry.id, new Set((body.confirmed ?? []) as string[])]))
  const oldestFirst = [...sets.filter((set) => set.entry.at === null), ...sets.filter((set) => set.entry.at !== null)]
  for (const set of oldestFirst) {
    for (const [field, reason] of Object.entries(set.not_measurable)) {
      latest.delete(field)
      notMeasurable.set(field, { reason, entry: set.entry })
    }
    for (const [field, value] of Object.entries(set.values)) {
      notMeasurable.delete(field)
      latest.set(field, { value, entry: set.entry, implausible: confirmed.get(set.entry.id)?.has(field) ?? false })
    }
  }
  return { latest: Object.fromEntries(latest), not_measurable: Object.fromEntries(notMeasurable), sets }
}

/** Fields of a set of vital signs that hold something else than a number, a word or yes and no. */
export const unreadableFields = (body: Body): string[] =>
  Object.entries(body)
    .filter(([field, value]) => !NOT_FIELDS.has(field) && value !== null && !isSimple(value))
    .map(([field]) => field)

const laterRecorded = (left: Entry, right: Entry): boolean => {
  const [a, b] = [left.recorded_at ?? '', right.recorded_at ?? '']
  return a === b ? left.id > right.id : a > b
}

/** What is known of the beginning: last known well before onset, then what was said last. */
export function foldOnset(timeNodes: Item[], histories: Item[]): FoldedOnset | null {
  const statements: FoldedOnset[] = []
  for (const { entry, body } of timeNodes) {
    if ((body.node === 'last_known_well' || body.node === 'onset') && entry.at !== null)
      statements.push({ node: body.node, state: 'known', at: entry.at, precision: text(body.precision), entry })
  }
  for (const { entry, body } of histories) {
    if (body.onset === 'unknown' || body.onset === 'wake_up') {
      const node = body.node === 'last_known_well' ? 'last_known_well' : 'onset'
      statements.push({ node, state: body.onset, at: null, precision: null, entry })
    }
  }
  let best: FoldedOnset | null = null
  for (const statement of statements) {
    const isBetter =
      best === null ||
      (statement.node === best.node
        ? laterRecorded(statement.entry, best.entry)
        : statement.node === 'last_known_well')
    if (isBetter) best = statement
  }
  return best
}

const NEVER_NEWER = new Set([
  'acknowledgement',
  // A question to those who hold the record, not something that the crew entered.
  'card_reading',
  'clock',
  'duplicate',
  'registration',
  'encounter',
  'prealert',
  'destination',
  'location',
  'rendition',
  'wristband',
])
/** What the hospital wrote itself is no news to the hospital. */
const HOSPITAL_ROLES = new Set(['nurse', 'doctor', 'specialist'])

/**
 * Ids of the crew's entries that nobody who acknowledged the pre-alert had on the screen.
 * An entry whose time of recording is unknown counts as newer: what may be unseen must not look seen.
 */
export function newerEntries(
  standingEntries: Entry[],
  prealert: string | null,
  acknowledgements: FoldedAcknowledgement[],
): string[] {
  const given = acknowledgements.filter((acknowledgement) => acknowledgement.of === prealert)
  if (prealert === null || given.length === 0) return []
  const seen = new Set(given.flatMap((acknowledgement) => (acknowledgement.seen ?? []).map(lastPart)))
  const seenUntil = given
    .filter((acknowledgement) => acknowledgement.seen === null)
    .map((acknowledgement) => acknowledgement.entry.recorded_at ?? '')
  const isSeen = (entry: Entry): boolean => {
    const recorded = entry.recorded_at
    return seen.has(lastPart(entry.id)) || (recorded !== null && seenUntil.some((until) => recorded <= until))
  }
  const isNews = (entry: Entry): boolean => !NEVER_NEWER.has(entry.kind) && !HOSPITAL_ROLES.has(entry.role ?? '')
  return standingEntries.filter((entry) => isNews(entry) && !isSeen(entry)).map((entry) => entry.id)
}
