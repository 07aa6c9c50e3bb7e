/** Rules of typing vital signs: keys, steps, ranges. Pure; limits come from the catalogue's field definitions. */
export interface FieldRange {
  min: number | null
  max: number | null
}
export interface EntryField {
  id: string
  type: string
  ucum?: string
  hard_range?: FieldRange | null
  confirm_outside?: FieldRange | null
  adult_alarm?: { low: number | null; high: number | null } | null
  device_text_values?: string[]
}

const STEP: Record<string, number> = { sbp: 5, dbp: 5, temp: 0.1, glucose: 0.1 }
const MOST_CHARACTERS = 5

/** Text after one more key; a second point and a sixth character change nothing. */
export function typed(text: string, key: string, field: EntryField): string {
  if (key === '.') {
    if (field.type !== 'decimal' || text.includes('.')) return text
    return text === '' ? '0.' : `${text}.`
  }
  if (!/^\d$/.test(key) || text.length >= MOST_CHARACTERS) return text
  if (/\.\d$/.test(text)) return text // one decimal is as exact as these devices are
  return text === '0' ? key : text + key
}

/** The next value in a direction, from the text or else from the last reading; kept within the hard range. */
export function stepped(text: string, direction: -1 | 1, field: EntryField, last: number | null): string {
  const from = numberOf(text) ?? last
  if (from === null) return text
  const step = STEP[field.id] ?? 1
  const next = Math.round((from + direction * step) * 10) / 10
  const low = field.hard_range?.min ?? -Infinity
  const high = field.hard_range?.max ?? Infinity
  return String(Math.min(high, Math.max(low, next)))
}

/** The number that the text says; null for nothing, for a lone point and for words. */
export function numberOf(text: string): number | null {
  return /^\d+(\.\d*)?$/.test(text) ? Number(text) : null
}

/** What is true of the entry: impossible (never saved), unusual (saved when confirmed), or fine. */
export function judge(value: number, field: EntryField): 'impossible' | 'unusual' | 'fine' {
  if (isOutside(value, field.hard_range)) return 'impossible'
  return isOutside(value, field.confirm_outside) ? 'unusual' : 'fine'
}

function isOutside(value: number, range: FieldRange | null | undefined): boolean {
  if (!range) return false
  return (range.min !== null && value < range.min) || (range.max !== null && value > range.max)
}

/** "10–29", "≥ 90", "≤ 7" or "" where the catalogue gives no limits. */
export function limitsText(field: EntryField): string {
  const low = field.adult_alarm?.low ?? null
  const high = field.adult_alarm?.high ?? null
  if (low !== null && high !== null) return `${low}–${high}`
  if (low !== null) return `≥ ${low}`
  return high !== null ? `≤ ${high}` : ''
}
