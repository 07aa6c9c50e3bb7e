// The geometry of the trend chart: from vitals sets to points, axes and labels. No markup, no clock.

export interface TrendPoint {
  at: number
  value: number
  out: 'low' | 'high' | null
}

export interface PressurePoint {
  at: number
  systolic: number | null
  diastolic: number | null
  out: 'low' | 'high' | null
}

export interface Limits {
  low: number | null
  high: number | null
}

export interface Axis {
  min: number
  max: number
  ticks: number[]
}

const STEPS = [1, 2, 5, 10, 20, 25, 40, 50, 100]

/** An axis on round numbers that holds every value, with at most `most` ticks, never flat. */
export function axisOf(values: readonly number[], most: number, least?: { min: number; max: number }): Axis {
  const all = least ? [...values, least.min, least.max] : [...values]
  const low = all.length ? Math.min(...all) : 0
  const high = all.length ? Math.max(...all) : 1
  const span = Math.max(high - low, 1)
  const step = STEPS.find((one) => Math.ceil(span / one) + 1 <= most) ?? 200
  const min = Math.floor(low / step) * step
  const max = Math.max(Math.ceil(high / step) * step, min + step)
  const ticks: number[] = []
  for (let tick = min; tick <= max; tick += step) ticks.push(tick)
  return { min, max, ticks }
}

/** Where a value lies between `top` and `bottom`; values outside the axis stop at its edge. */
export function yOf(axis: Axis, value: number, top: number, bottom: number): number {
  const share = (value - axis.min) / (axis.max - axis.min)
  return bottom - Math.min(Math.max(share, 0), 1) * (bottom - top)
}

/** Where instants lie between `left` and `right`. One instant alone stands in the middle. */
export function xScale(instants: readonly number[], left: number, right: number): (at: number) => number {
  const first = instants.length ? Math.min(...instants) : 0
  const last = instants.length ? Math.max(...instants) : 0
  if (last === first) return () => (left + right) / 2
  return (at) => left + ((at - first) / (last - first)) * (right - left)
}

/** Which instants carry a label, newest first, so that no two labels come nearer than `gap` pixels. */
export function labelled(instants: readonly number[], x: (at: number) => number, gap: number): number[] {
  const chosen: number[] = []
  for (const at of [...new Set(instants)].sort((a, b) => b - a)) {
    const nearest = chosen[chosen.length - 1]
    if (nearest === undefined || x(nearest) - x(at) >= gap) chosen.push(at)
  }
  return chosen.reverse()
}
