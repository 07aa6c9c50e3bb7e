/** A time typed as four digits on one of the last three days. Pure: now comes in; the zone is the device's. */
export type ClockEntry =
  | { state: 'incomplete' }
  | { state: 'impossible' }
  | { state: 'future'; at: Date }
  | { state: 'ok'; at: Date }

const GRACE_MS = 60_000

/** Reads "2029" as 20:29, `daysAgo` days before now's calendar day. */
export function readClock(digits: string, daysAgo: number, now: number): ClockEntry {
  if (!/^\d{4}$/.test(digits)) return { state: 'incomplete' }
  const hour = Number(digits.slice(0, 2))
  const minute = Number(digits.slice(2))
  if (hour > 23 || minute > 59) return { state: 'impossible' }
  const today = new Date(now)
  const at = new Date(today.getFullYear(), today.getMonth(), today.getDate() - daysAgo, hour, minute)
  return at.getTime() - now > GRACE_MS ? { state: 'future', at } : { state: 'ok', at }
}

/** "20:29", with "·" for digits that are still missing. */
export function showDigits(digits: string): string {
  const full = digits.padEnd(4, '–')
  return `${full.slice(0, 2)}:${full.slice(2)}`
}
