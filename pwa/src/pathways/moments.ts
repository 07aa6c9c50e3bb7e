/** The rows of the timeline: times, the alert with its answer, procedures and drugs, in order of corrected time. */
import { drugRouteWord } from '../encounters/drug_routes'
import type { Entry, Folded } from '../encounters/types'
import { deviationLine } from './deviations'

export interface Moment {
  id: string
  kind: 'time_node' | 'onset' | 'prealert' | 'treatment' | 'medication' | 'score' | 'closure' | 'deviation'
  at: string | null
  estimated: boolean
  entry: Entry
  /** Node, procedure, drug or score id; text where the crew used own words. */
  what: string
  detail: string
}

const text = (value: unknown): string => (typeof value === 'string' || typeof value === 'number' ? String(value) : '')

export function momentsOf(folded: Folded): Moment[] {
  const moments: Moment[] = []
  for (const [node, heads] of Object.entries(folded.time_nodes)) {
    for (const head of heads) {
      moments.push({
        id: head.entry.id, kind: 'time_node', at: head.at, estimated: head.precision === 'estimated', entry: head.entry,
        what: node, detail: head.reason ?? '',
      })
    }
  }
  for (const alert of folded.prealerts) moments.push(plain('prealert', alert.entry, alert.site, ''))
  for (const one of folded.treatments) moments.push(plain('treatment', one.entry, text(one.procedure) || text(one.text), [text(one.detail), text(one.procedure) ? text(one.text) : ''].filter(Boolean).join(' ')))
  for (const one of folded.medications) moments.push(plain('medication', one.entry, text(one.drug) || text(one.text), [text(one.dose), text(one.unit), drugRouteWord(one.route)].filter(Boolean).join(' ')))
  for (const [score, heads] of Object.entries(folded.scores)) {
    for (const head of heads) moments.push(plain('score', head.entry, score, text(head.result?.total) || '—'))
  }
  for (const one of folded.assessments) {
    if (one.about !== 'step') continue
    const { title, detail } = deviationLine(one)
    moments.push(plain('deviation', one.entry, title, detail))
  }
  for (const one of folded.closures) moments.push(plain('closure', one.entry, one.reason ?? one.state, one.text ?? ''))
  return moments.sort((a, b) => instant(a.at) - instant(b.at) || (a.id < b.id ? -1 : 1))
}

function plain(kind: Moment['kind'], entry: Entry, what: string, detail: string): Moment {
  return { id: entry.id, kind, at: entry.at, estimated: false, entry, what, detail }
}
const instant = (at: string | null): number => (at ? Date.parse(at) : Number.MAX_SAFE_INTEGER)

/** Whole minutes between two rows; null when either time is unknown. */
export function minutesBetween(before: Moment | undefined, after: Moment): number | null {
  if (!before?.at || !after.at) return null
  return Math.round((Date.parse(after.at) - Date.parse(before.at)) / 60_000)
}
