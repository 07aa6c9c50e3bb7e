// Durations and clocks as the board writes them. Pure: the instant comes in.

const two = (value: number) => String(value).padStart(2, '0')

/** "1:12" for an hour and twelve minutes; null for an unknown or a future start, which has no running time. */
export function hoursAndMinutes(fromIso: string | null | undefined, now: number): string | null {
  const from = fromIso ? Date.parse(fromIso) : NaN
  // One minute of grace: two honest clocks differ by seconds, and "-0:00" would only frighten.
  if (Number.isNaN(from) || from - now > 60_000) return null
  return asHours(Math.floor(Math.max(now - from, 0) / 60_000))
}

/** "4:30" for 270 whole minutes. */
export function asHours(minutes: number): string {
  return `${Math.floor(minutes / 60)}:${two(minutes % 60)}`
}

/** "0:24" for 24 seconds: how long an alert has waited. Never negative. */
export function minutesAndSeconds(elapsedMs: number): string {
  const seconds = Math.max(Math.floor(elapsedMs / 1000), 0)
  return `${Math.floor(seconds / 60)}:${two(seconds % 60)}`
}

/** Whole minutes until an estimated arrival, rounded up; negative when it has passed; null when unknown. */
export function minutesUntil(etaIso: string | null | undefined, now: number): number | null {
  const eta = etaIso ? Date.parse(etaIso) : NaN
  if (Number.isNaN(eta)) return null
  return Math.ceil((eta - now) / 60_000)
}

/** "21:36", or with seconds "21:36:08", by the device's own time zone; "—" when unknown. */
export function clockTime(iso: string | number | null | undefined, withSeconds = false): string {
  const at = typeof iso === 'number' ? iso : iso ? Date.parse(iso) : NaN
  if (Number.isNaN(at)) return '—'
  const date = new Date(at)
  const text = `${two(date.getHours())}:${two(date.getMinutes())}`
  return withSeconds ? `${text}:${two(date.getSeconds())}` : text
}

/** "11-28", the month and day of the device's own calendar, as `clockTime` has the hour; "" when unknown. */
export function monthDay(iso: string | null | undefined): string {
  const at = iso ? Date.parse(iso) : NaN
  if (Number.isNaN(at)) return ''
  const date = new Date(at)
  return `${date.getMonth() + 1}-${date.getDate()}`
}

/** True when both instants lie on one calendar day of the device's time zone. */
export function isSameDay(iso: string | null | undefined, now: number): boolean {
  const at = iso ? Date.parse(iso) : NaN
  return !Number.isNaN(at) && new Date(at).toDateString() === new Date(now).toDateString()
}
