/**
 * The shapes of documents and of the folded record, as `docs/record.md` describes them.
 * Only types live here; nothing in this file runs.
 */

export type Body = Record<string, unknown>
export type TimeBasis = 'device' | 'stated'

export interface ClockStamp {
  session: string
  mono_ms: number
  offset_ms: number | null
  error_ms: number | null
}

export interface Author {
  staff: string
  role: string
  badge?: string | null
}

/** One fact, as it is stored and travels. Fields that another version wrote may stand beside these. */
export interface Document {
  _id: string
  _rev?: string
  kind: string
  schema: number
  occurred_at: string
  time_basis?: TimeBasis
  recorded_at?: string
  clock?: ClockStamp | null
  author: Author
  device?: string
  supersedes?: string | null
  body: Body
}

/** How a time came about: see "Time" in docs/record.md. */
export type Basis = 'stated' | 'measured' | 'session' | 'device' | 'unmeasured'

export interface Entry {
  id: string
  kind: string
  at: string | null
  basis: Basis
  error_ms: number | null
  recorded_at: string | null
  staff: string | null
  role: string | null
  /** The badge that the author had tapped; absent where none was read. */
  badge?: string
  device: string | null
  supersedes: string | null
  corrects: number
}

export interface WithEntry {
  entry: Entry
}
export type BodyWithEntry = Body & WithEntry

export interface FoldedPatient extends WithEntry {
  name: string | null
  sex: 'male' | 'female' | 'unknown' | null
  birth_date: string | null
  age_years: number | null
  id_number: string | null
  source: string | null
  temporary_name: string | null
  phone: string | null
}

/** A relation to another encounter, as somebody said it; `unlinked` without a link before means "not the same". */
export interface FoldedLink extends WithEntry {
  encounter: string
  relation: string | null
  state: 'linked' | 'unlinked'
  reason: string | null
  /** Of two records of one patient: the one that is written on. */
  continues_in: string | null
  /** The document in the other encounter that the hub repeated here. */
  of: string | null
}
/** The hub's word that another encounter of these 24 hours has the same number or wristband. */
export interface FoldedDuplicate extends WithEntry {
  encounter: string
  by: string | null
  state: 'possible' | 'cleared'
  unit: string | null
  site: string | null
  opened_at: string | null
}
/** What a hospital's registration answered. */
export interface FoldedRegistration extends WithEntry {
  site: string
  record_number: string
  visit_number: string | null
  former_record_number: string | null
  system: string | null
  state: string | null
}

export interface FoldedClosure extends WithEntry {
  state: 'closed' | 'reopened'
  reason: string | null
  text: string | null
}
export interface FoldedDestination extends WithEntry {
  site: string
  eta_at: string | null
}
export interface FoldedPrealert extends WithEntry {
  site: string
  eta_at: string | null
  script: string | null
}
export interface FoldedAcknowledgement extends WithEntry {
  of: string
  seen: string[] | null
}
export interface FoldedTriage extends WithEntry {
  level: number
  system: string | null
}
/** A wristband's code, and what was said of it last. */
export interface FoldedWristband extends WithEntry {
  code: string
  state: 'attached' | 'removed'
  /** The mailbox that came to the record by scanning it. */
  joined: string | null
}
export interface FoldedOnset extends WithEntry {
  node: 'last_known_well' | 'onset'
  state: 'known' | 'unknown' | 'wake_up'
  at: string | null
  precision: string | null
}
export interface FoldedComplaint extends WithEntry {
  text: string | null
  chips: string[]
}

export type VitalValue = number | string | boolean
export interface VitalReading extends WithEntry {
  value: VitalValue
  /** outside the plausible range, and a person confirmed it */
  implausible: boolean
}
export interface NotMeasurable extends WithEntry {
  reason: string
}
export interface VitalSet extends WithEntry {
  values: Record<string, VitalValue>
  not_measurable: Record<string, string>
}
export interface FoldedVitals {
  latest: Record<string, VitalReading>
  not_measurable: Record<string, NotMeasurable>
  sets: VitalSet[]
}

export interface ScoreResult {
  status: string
  total?: number | null
  band?: string | null
  [more: string]: unknown
}
export interface FoldedScore extends WithEntry {
  inputs: Record<string, unknown>
  result: ScoreResult | null
  definition: { version: string; hash: string } | null
  /** Where each answer came from that nobody typed: by item. */
  sources?: Record<string, unknown>
  untestable_reasons?: Record<string, string>
  /** Items that one tap called normal, and the person then confirmed. */
  filled_normal?: string[]
  /** What a form keeps besides the answers (side, depth of burns, phase). */
  detail?: Record<string, unknown>
}
export interface FoldedTimeNode extends WithEntry {
  at: string | null
  precision: string | null
  reason: string | null
}
export type FoldedMedia = BodyWithEntry & {
  media: string
  purpose?: string
  renditions: Record<string, string>
}
export interface FoldedOther extends WithEntry {
  kind: string
  body: unknown
}
export interface FoldedRetracted extends WithEntry {
  id: string
  kind: string
  body: unknown
  retraction: { id: string; reason: string | null; moved_to: string | null; staff: string | null; at: string | null }
}
export interface Problem {
  id: string
  problem: string
}

/** The current state of one encounter: what `fold` returns. */
export interface Folded {
  encounter: string | null
  state: 'open' | 'closed'
  opened_at: string | null
  updated_at: string | null
  pathway: string | null
  symptom: string | null
  unit: string | null
  site: string | null
  incident: string | null
  closure: FoldedClosure | null
  closures: FoldedClosure[]
  patient: FoldedPatient | null
  patients: FoldedPatient[]
  links: FoldedLink[]
  duplicates: FoldedDuplicate[]
  registrations: FoldedRegistration[]
  destination: FoldedDestination | null
  destinations: FoldedDestination[]
  prealert: FoldedPrealert | null
  prealerts: FoldedPrealert[]
  acknowledgements: FoldedAcknowledgement[]
  newer: string[]
  triage: FoldedTriage | null
  wristbands: FoldedWristband[]
  onset: FoldedOnset | null
  complaint: FoldedComplaint | null
  histories: BodyWithEntry[]
  vitals: FoldedVitals
  scores: Record<string, FoldedScore[]>
  time_nodes: Record<string, FoldedTimeNode[]>
  treatments: BodyWithEntry[]
  medications: BodyWithEntry[]
  notes: BodyWithEntry[]
  media: FoldedMedia[]
  activations: BodyWithEntry[]
  assessments: BodyWithEntry[]
  consents: BodyWithEntry[]
  procedures: BodyWithEntry[]
  handovers: BodyWithEntry[]
  attestations: BodyWithEntry[]
  /** Badges that were refused at this patient; absent where there were none. */
  refused_attestations?: BodyWithEntry[]
  outcomes: BodyWithEntry[]
  exams: BodyWithEntry[]
  labs: BodyWithEntry[]
  locations: BodyWithEntry[]
  ecgs: BodyWithEntry[]
  card_readings: BodyWithEntry[]
  others: FoldedOther[]
  retracted: FoldedRetracted[]
  superseded: string[]
  problems: Problem[]
  documents: number
}
