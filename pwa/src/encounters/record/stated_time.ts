// A time that somebody typed as four digits, made an instant. Pure.

/**
 * "2136" on the latest day on which it is not in the future: shortly after midnight "2350" means yesterday. Two minutes
 * ahead are forgiven, for clocks on walls differ. Null for what is no time of day.
 */
export function instantOf(digits: string, now: number): string | null {
  const [hours, minutes] = [Number(digits.slice(0, 2)), Number(digits.slice(2))]
  if (!/^\d{4}$/.test(digits) || hours > 23 || minutes > 59) return null
  const at = new Date(now)
  at.setHours(hours, minutes, 0, 0)
  if (at.getTime() > now + 120_000) at.setDate(at.getDate() - 1)
  return at.toISOString()
}
