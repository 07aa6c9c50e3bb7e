// What one row of the board shows, as plain values: words and colours are chosen by the components.
import type { Words } from '../catalogue/types'
import type { PersonFacts } from '../encounters/identity'
import type { RunningClock } from '../treatments/clocks'
import type { BoardGroup } from './rules'

export interface Timer {
  kind: 'last_known_well' | 'onset' | 'contact' | 'door'
  /** The pathway's own word for the time that runs, where it has one. */
  since?: Words
  /** Start of the running time; null with a `state` when nobody knows it. */
  at: string | null
  state: 'known' | 'unknown' | 'wake_up'
  isEstimated: boolean
}

export interface Tile {
  id: 'pressure' | 'hr' | 'pulse' | 'spo2' | 'rr' | 'glucose' | 'temp' | 'avpu'
  value: string | null
  unit: string
  out: 'low' | 'high' | 'both' | null
  isNotMeasurable: boolean
  trend: number[]
  at: string | null
}

export interface ValueAlarm {
  field: string
  value: string
  out: 'low' | 'high'
  limit: number
  at: string | null
}

export interface ScoreLine {
  id: string
  label: string
  /** Null when the score has no total: an answer is missing, and missing is never normal. */
  total: string | null
}

export type Answer =
  | { state: 'none' }
  | { state: 'waiting'; prealert: string; since: string | null }
  | { state: 'acknowledged'; prealert: string; staff: string | null; at: string | null; newer: number; critical: number }

export interface Row {
  encounter: string
  group: BoardGroup
  level: number | null
  pathway: string
  person: PersonFacts | null
  complaint: string
  unit: string | null
  idNumber: string | null
  isWalkIn: boolean
  /** The number that this hospital registered the patient under. */
  recordNumber: string | null
  /** Encounters with the same number or wristband that nobody has compared; and those that are linked. */
  duplicates: number
  links: number
  /** Standing claims of who this is. */
  claims: number
  etaAt: string | null
  arrivedAt: string | null
  timers: Timer[]
  tiles: Tile[]
  hasNoLimits: boolean
  /** Values beyond their limit: each with the limit and when it was measured. */
  alarms: ValueAlarm[]
  /** Pupils of different size, or one that does not react: a finding at any age. */
  pupils: PupilFinding | null
  clocks: RunningClock[]
  scores: ScoreLine[]
  ecg: PhotoSource | null
  photos: number
  answer: Answer
  closedAs: string | null
  closedAt: string | null
  openedAt: string | null
  updatedAt: string | null
}

export interface PupilFinding {
  right: string
  left: string
  isFixed: boolean
  at: string | null
}

/** Where a thumbnail may be found: the media document and, when known, its rendition. */
export interface PhotoSource {
  media: string
  thumbnail: string | null
}
