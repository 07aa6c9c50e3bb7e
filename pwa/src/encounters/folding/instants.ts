/** Instants as whole milliseconds since 1970 UTC. Twin of server/encounters/folding/instants.py. */

const PATTERN = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?(?:Z|([+-])(\d\d):?(\d\d))$/
const EARLIEST_MS = Date.UTC(1000, 0, 1)
const LATEST_MS = Date.UTC(9999, 11, 31, 23, 59, 59, 999)

const DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]

function daysIn(year: number, month: number): number {
  const isLeap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0)
  return month === 2 && isLeap ? 29 : (DAYS[month - 1] ?? 0)
}

/** Milliseconds of an ISO 8601 time that names its zone; null for anything else. Finer digits are cut off. */
export function parseInstant(text: unknown): number | null {
  const match = typeof text === 'string' ? PATTERN.exec(text) : null
  if (!match) return null
  const year = Number(match[1])
  const month = Number(match[2])
  const day = Number(match[3])
  const hour = Number(match[4])
  const minute = Number(match[5])
  const second = Number(match[6] ?? 0)
  const milliseconds = match[7] === undefined ? 0 : Number(match[7].padEnd(3, '0').slice(0, 3))
  const zoneHours = Number(match[9] ?? 0)
  const zoneMinutes = Number(match[10] ?? 0)
  if (year < 1000 || hour > 23 || minute > 59 || second > 59 || zoneHours > 23 || zoneMinutes > 59) return null
  // Date would roll 30 February over into March; a time that no calendar has is no time.
  if (day < 1 || day > daysIn(year, month)) return null
  const local = Date.UTC(year, month - 1, day, hour, minute, second, milliseconds)
  return withinCalendar(local - (zoneHours * 60 + zoneMinutes) * 60_000 * (match[8] === '-' ? -1 : 1))
}

/** A whole millisecond that a four-digit year can show, or null. Halves round up, as in the Python twin. */
export function withinCalendar(milliseconds: number): number | null {
  const whole = Math.floor(milliseconds + 0.5)
  return whole >= EARLIEST_MS && whole <= LATEST_MS ? whole : null
}

/** "2026-11-21T09:31:05.120Z", or null for null. */
export function formatInstant(milliseconds: number): string
export function formatInstant(milliseconds: number | null): string | null
export function formatInstant(milliseconds: number | null): string | null {
  return milliseconds === null ? null : new Date(milliseconds).toISOString()
}

/** A finite number that double precision counts exactly; booleans and text are none. */
export const isMeasure = (value: unknown): value is number =>
  typeof value === 'number' && Math.abs(value) <= Number.MAX_SAFE_INTEGER
