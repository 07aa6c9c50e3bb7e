/** Age in completed years, by dates as they are in China. Twin of server/encounters/age.py. */
import { formatInstant, parseInstant } from './folding/instants'

const SHANGHAI_MS = 8 * 3_600_000 // China keeps one zone and no summer time

/** The date where it is one that the calendar has, as "YYYY-MM-DD". */
export function realDate(text: unknown): string | null {
  if (typeof text !== 'string' || !/^\d{4}-\d{2}-\d{2}$/.test(text) || text < '0001') return null
  const [year, month, day] = text.split('-').map(Number) as [number, number, number]
  const found = new Date(0)
  found.setUTCFullYear(year, month - 1, day)
  return found.getUTCMonth() === month - 1 && found.getUTCDate() === day ? text : null
}

/** The date in China at an instant. */
export function shanghaiDate(instant: string | null): string | null {
  const milliseconds = parseInstant(instant)
  return milliseconds === null ? null : formatInstant(milliseconds + SHANGHAI_MS)!.slice(0, 10)
}

/** Completed years of a person on a date; null when a date is unknown or the birth lies ahead. */
export function completedYears(birthDate: unknown, on: string | null): number | null {
  const months = completedMonths(birthDate, on)
  return months === null ? null : Math.floor(months / 12)
}

/** Completed months, for small children. */
export function completedMonths(birthDate: unknown, on: string | null): number | null {
  const born = realDate(birthDate)
  if (born === null || on === null || born > on) return null
  const whole = (Number(on.slice(0, 4)) - Number(born.slice(0, 4))) * 12 + Number(on.slice(5, 7)) - Number(born.slice(5, 7))
  return whole - (on.slice(8) < born.slice(8) ? 1 : 0)
}
