/** Whether a score is made for a patient of this age. Pure; an unknown age is no finding. */
import type { ScoreDefinition } from './types'

export interface AgeMismatch {
  years: number
  /** The bound that the age lies beyond. */
  bound: 'from' | 'to'
  limit: number
}

/** Null where the age fits, is not known, or the definition names no bound. A maximum counts completed years: 8 is "up to 8". */
export function ageMismatch(definition: Pick<ScoreDefinition, 'applicability'>, years: number | null): AgeMismatch | null {
  const { age_min_years: from, age_max_years: to } = definition.applicability
  if (years === null) return null
  if (from !== undefined && years < from) return { years, bound: 'from', limit: from }
  return to !== undefined && years > to ? { years, bound: 'to', limit: to } : null
}

/** The score of the same kind for the other ages. */
export const FOR_OTHER_AGES: Readonly<Record<string, string>> = { gcs: 'pgcs', pgcs: 'gcs', start: 'jumpstart', jumpstart: 'start' }
