// When a time node happened, as the folded record has it: tapped or stated, or proved by another entry.
// Twin: server/pathways/recorded.py.
import type { TimeNodeDefinition } from '../catalogue/definitions'
import { parseInstant } from '../encounters/folding/instants'
import type { Basis, Entry, Folded } from '../encounters/types'

// What the rules read of the record, so that a board's partial record serves as well.
export type PathwayRecord = Partial<
  Pick<Folded, 'time_nodes' | 'prealerts' | 'prealert' | 'scores' | 'media' | 'destination' | 'onset' | 'vitals' | 'assessments'>
>

export type Precision = 'exact' | 'estimated'

export interface Recorded {
  at_ms: number
  precision: Precision
  basis: Basis | null
  error_ms: number | null
  is_ambiguous: boolean
  device: string | null
}

type TimeNodes = Readonly<Record<string, TimeNodeDefinition>>

// The node's time: the newest of its heads; else the earliest entry that proves it (derived_from); else null.
export function recordedAt(folded: PathwayRecord, node: string, timeNodes?: TimeNodes): Recorded | null {
  const heads = (folded.time_nodes?.[node] ?? []).filter((head) => parseInstant(head.at) !== null)
  const newest = heads.at(-1)
  if (newest) return recorded(newest.at, newest.precision, newest.entry, heads.length > 1)
  const proofs = (timeNodes?.[node]?.derived_from ?? [])
    .flatMap((rule) => proving(rule, folded))
    .filter((entry) => parseInstant(entry.at) !== null)
    .sort((a, b) => (parseInstant(a.at) ?? 0) - (parseInstant(b.at) ?? 0) || (a.id < b.id ? -1 : 1))
  const first = proofs[0]
  return first ? recorded(first.at, null, first, false) : null
}

function recorded(at: string | null, precision: string | null, entry: Entry, isAmbiguous: boolean): Recorded | null {
  const at_ms = parseInstant(at)
  if (at_ms === null) return null
  return {
    at_ms,
    precision: precision === 'estimated' ? 'estimated' : 'exact',
    basis: entry.basis ?? null,
    error_ms: entry.error_ms ?? null,
    is_ambiguous: isAmbiguous,
    device: entry.device ?? null,
  }
}

// Entries that prove a node: the first alert, a finished score, the photo of an ECG.
function proving(rule: NonNullable<TimeNodeDefinition['derived_from']>[number], folded: PathwayRecord): Entry[] {
  switch (rule.from) {
    case 'prealert':
      return (folded.prealerts ?? []).map((one) => one.entry)
    case 'score':
      return (rule.any_of ?? [])
        .flatMap((name) => folded.scores?.[name] ?? [])
        .filter((score) => score.result?.status.startsWith('complete'))
        .map((score) => score.entry)
    case 'media':
      return (folded.media ?? []).filter((one) => one.purpose === rule.purpose).map((one) => one.entry)
  }
}
