/** The weight that is on record with its source and time: offered, never silently taken. Pure. */
import type { Folded } from '../encounters/types'

export interface KnownWeight {
  weight_kg: number
  source: string
  at: string | null
}

export function weightOnRecord(folded: Pick<Folded, 'exams' | 'medications'>): KnownWeight | null {
  const said = [...folded.exams, ...folded.medications]
    .filter((one) => typeof one.weight_kg === 'number' && typeof one.weight_source === 'string')
    .sort((a, b) => ((a.entry.at ?? '') < (b.entry.at ?? '') ? -1 : 1))
    .at(-1)
  return said ? { weight_kg: said.weight_kg as number, source: said.weight_source as string, at: said.entry.at } : null
}

export interface WeightLimits {
  hard_range: { min: number | null; max: number | null }
  confirm_outside: { min: number | null; max: number | null }
}

const within = (limits: { min: number | null; max: number | null }, value: number): boolean =>
  (limits.min === null || value >= limits.min) && (limits.max === null || value <= limits.max)

export function checkWeight(limits: WeightLimits, kilos: number | null): 'empty' | 'refused' | 'unusual' | 'fine' {
  if (kilos === null) return 'empty'
  if (!within(limits.hard_range, kilos)) return 'refused'
  return within(limits.confirm_outside, kilos) ? 'fine' : 'unusual'
}
