/** How long a station's target still runs, in whole minutes: down to 0, then by how much it is late. Pure. */
import type { Station } from './rules'

export type Countdown = { state: 'running' | 'near' | 'late'; minutes: number }

/** From here on a running target wants an eye. */
const NEAR_MINUTES = 5
/** A target that is further away is a clock time, not a countdown. */
const LONGEST_MINUTES = 120

/** The countdown of a station that is open and has a target that runs; null for all others, and while it is far away. */
export function countdown(station: Pick<Station, 'state' | 'due_at'>, now: number): Countdown | null {
  if (station.due_at === null || station.state === 'done' || station.state === 'given_up') return null
  const minutes = (Date.parse(station.due_at) - now) / 60_000
  if (minutes > LONGEST_MINUTES) return null
  // A target of 10 minutes has 10 left at its start and 0 in its last; it is late by 0 minutes in the first after it.
  if (minutes < 0) return { state: 'late', minutes: Math.floor(-minutes) }
  return { state: minutes <= NEAR_MINUTES ? 'near' : 'running', minutes: Math.floor(minutes) }
}
