// Everything that an encounter holds as one list in time: heads, and what was retracted. Pure.
import type { Body, Entry, Folded } from '../types'

export interface TimelineItem {
  id: string
  kind: string
  entry: Entry
  /** The folded shape's own fields (for a retracted entry: its body). */
  data: Body
  /** A time that somebody stated or estimated: drawn dashed, with "about". */
  isStated: boolean
  isEstimated: boolean
  isNewer: boolean
  retraction: { staff: string | null; at: string | null; reason: string | null; movedTo: string | null } | null
}

type WithEntry = { entry: Entry }

/** Every visible entry in order of corrected time (unknown last), then id. */
export function timelineOf(folded: Folded): TimelineItem[] {
  const newer = new Set(folded.newer)
  const items = new Map<string, TimelineItem>()
  const add = (kind: string, thing: WithEntry, data: Body = thing as unknown as Body) => {
    items.set(thing.entry.id, {
      id: thing.entry.id,
      kind,
      entry: thing.entry,
      data,
      isStated: thing.entry.basis === 'stated',
      isEstimated: data.precision === 'estimated',
      isNewer: newer.has(thing.entry.id),
      retraction: null,
    })
  }
  for (const [node, heads] of Object.entries(folded.time_nodes)) for (const head of heads) add('time_node', head, { ...head, node })
  for (const [score, heads] of Object.entries(folded.scores)) for (const head of heads) add('score', head, { ...head, score })
  for (const [kind, things] of lists(folded)) for (const thing of things) add(kind, thing)
  for (const other of folded.others) add(other.kind, other, bodyOf(other.body))
  for (const gone of folded.retracted) {
    items.set(gone.id, {
      id: gone.id,
      kind: gone.kind,
      entry: gone.entry,
      data: bodyOf(gone.body),
      isStated: gone.entry.basis === 'stated',
      isEstimated: false,
      isNewer: newer.has(gone.retraction.id),
      retraction: { staff: gone.retraction.staff, at: gone.retraction.at, reason: gone.retraction.reason, movedTo: gone.retraction.moved_to },
    })
  }
  return inOrder([...items.values()])
}

/** Entries from several sources as one list in time. */
export const inOrder = (items: TimelineItem[]): TimelineItem[] => items.sort(inTime)

function lists(folded: Folded): [string, WithEntry[]][] {
  const one = <T extends WithEntry>(thing: T | null): WithEntry[] => (thing ? [thing] : [])
  return [
    ['patient', folded.patients],
    ['link', folded.links],
    ['duplicate', folded.duplicates],
    ['registration', folded.registrations],
    ['complaint', one(folded.complaint)],
    ['history', folded.histories],
    ['vitals', folded.vitals.sets],
    ['treatment', folded.treatments],
    ['medication', folded.medications],
    ['note', folded.notes],
    ['media', folded.media],
    ['triage', one(folded.triage)],
    ['wristband', folded.wristbands],
    ['destination', folded.destinations],
    ['prealert', folded.prealerts],
    ['acknowledgement', folded.acknowledgements],
    ['activation', folded.activations],
    ['assessment', folded.assessments],
    ['consent', folded.consents],
    ['procedure', folded.procedures],
    ['handover', folded.handovers],
    ['attestation', folded.attestations],
    ['attestation', folded.refused_attestations ?? []],
    ['outcome', folded.outcomes],
    ['exam', folded.exams],
    ['lab', folded.labs],
    ['ecg', folded.ecgs],
    ['card_reading', folded.card_readings],
    ['closure', folded.closures],
  ]
}

function bodyOf(body: unknown): Body {
  return typeof body === 'object' && body !== null && !Array.isArray(body) ? (body as Body) : {}
}

function inTime(a: TimelineItem, b: TimelineItem): number {
  const first = a.entry.at ? Date.parse(a.entry.at) : Infinity
  const second = b.entry.at ? Date.parse(b.entry.at) : Infinity
  if (first !== second) return first < second ? -1 : 1
  return a.id < b.id ? -1 : 1
}

const LANDMARKS = new Set(['time_node', 'assessment', 'prealert', 'acknowledgement', 'medication', 'treatment', 'closure', 'activation', 'handover', 'attestation'])

/** The short timeline: landmarks, and whatever the reader has not seen or must know was taken back. */
export function landmarksOf(items: readonly TimelineItem[]): TimelineItem[] {
  return items.filter((item) => LANDMARKS.has(item.kind) || item.isNewer || item.retraction !== null)
}

/** What this screen shows, as the last id part of each document, for an acknowledgement's `seen`. */
export function seenOn(items: readonly TimelineItem[], folded: Folded): string[] {
  const ids = [...items.map((item) => item.id), ...folded.retracted.map((gone) => gone.retraction.id)]
  return [...new Set(ids.map((id) => id.slice(id.lastIndexOf(':') + 1)))].sort()
}
