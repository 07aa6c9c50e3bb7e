/** Rules of typing vital signs: keys, steps, limits as text. Pure; what is refused or asked says catalogue/vital_limits. */
import type { VitalField } from '../catalogue/definitions'

export type EntryField = Pick<VitalField, 'id' | 'type'> &
  Partial<Pick<VitalField, 'hard_range' | 'adult_alarm' | 'step' | 'start_at' | 'precision' | 'device_text_values'>>

const MOST_CHARACTERS = 5

/** Text after one more key; a second point and a sixth character change nothing. */
export function typed(text: string, key: string, field: EntryField, decimals = 1): string {
  if (key === '.') {
    if (field.type !== 'decimal' || text.includes('.')) return text
    return text === '' ? '0.' : `${text}.`
  }
  if (!/^\d$/.test(key) || text.length >= MOST_CHARACTERS) return text
  if ((text.split('.')[1]?.length ?? 0) >= decimals) return text // one decimal is as exact as these devices are
  return text === '0' ? key : text + key
}

/** The next value in a direction: from the text, else from the last reading, else where the catalogue starts. */
export function stepped(text: string, direction: -1 | 1, field: EntryField, last: number | null): string {
  const from = numberOf(text) ?? last
  if (from === null) return field.start_at === undefined ? text : String(field.start_at)
  const next = Math.round((from + direction * (field.step ?? 1)) * 10) / 10
  const low = field.hard_range?.min ?? -Infinity
  const high = field.hard_range?.max ?? Infinity
  return String(Math.min(high, Math.max(low, next)))
}

/** The number that the text says; null for nothing, for a lone point and for words. */
export function numberOf(text: string): number | null {
  return /^\d+(\.\d*)?$/.test(text) ? Number(text) : null
}

/** "10–29", "≥ 90", "≤ 7" or "" where the catalogue gives no limits. */
export function limitsText(field: EntryField): string {
  const low = field.adult_alarm?.low ?? null
  const high = field.adult_alarm?.high ?? null
  if (low !== null && high !== null) return `${low}–${high}`
  if (low !== null) return `≥ ${low}`
  return high !== null ? `≤ ${high}` : ''
}
