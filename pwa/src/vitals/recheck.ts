// When vital signs are due again: by the level that a person gave, sooner while a value is out of limits. Minutes are the
// catalogue's (rechecks/vitals.json), 30 at most. Pure.
import { parseInstant } from '../encounters/folding/instants'
import type { Folded } from '../encounters/types'

export interface Recheck {
  minutes: number
  /** Which rule it is: `alarm`, `level_1` … `level_4`, `untriaged`. */
  why: string
  dueAt: number
}

const LONGEST_MINUTES = 30

/** Null while nothing was measured, and after the end. */
export function recheckOf(folded: Pick<Folded, 'state' | 'triage' | 'vitals'>, hasAlarm: boolean, minutes: Readonly<Record<string, number>>): Recheck | null {
  if (folded.state === 'closed') return null
  const newest = folded.vitals.sets.map((set) => parseInstant(set.entry.at)).filter((at) => at !== null)
  if (newest.length === 0) return null
  const level = folded.triage ? `level_${folded.triage.level}` : 'untriaged'
  const byLevel = minutes[level] ?? LONGEST_MINUTES
  const isSooner = hasAlarm && (minutes.alarm ?? LONGEST_MINUTES) < byLevel
  const span = Math.min(LONGEST_MINUTES, isSooner ? minutes.alarm! : byLevel)
  return { minutes: span, why: isSooner ? 'alarm' : level, dueAt: Math.max(...newest) + span * 60_000 }
}
