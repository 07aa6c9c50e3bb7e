/** Mappings of the plane as nine numbers, row by row: perspective, affine, turn and scale; fitted to points that may lie. */
import type { Point } from './readings'

export type Matrix = readonly number[]

export function apply(matrix: Matrix, [x, y]: Point): Point {
  const w = matrix[6]! * x + matrix[7]! * y + matrix[8]!
  return [(matrix[0]! * x + matrix[1]! * y + matrix[2]!) / w, (matrix[3]! * x + matrix[4]! * y + matrix[5]!) / w]
}

export function determinant(m: Matrix): number {
  return m[0]! * (m[4]! * m[8]! - m[5]! * m[7]!) - m[1]! * (m[3]! * m[8]! - m[5]! * m[6]!) + m[2]! * (m[3]! * m[7]! - m[4]! * m[6]!)
}

/** The mapping back; of a matrix without one, numbers that are not finite. */
export function invert(m: Matrix): Matrix {
  const [a, b, c, d, e, f, g, h, i] = m as number[] as [number, number, number, number, number, number, number, number, number]
  const whole = determinant(m)
  return [e * i - f * h, c * h - b * i, b * f - c * e, f * g - d * i, a * i - c * g, c * d - a * f, d * h - e * g, b * g - a * h, a * e - b * d].map(
    (minor) => minor / whole,
  )
}

export function multiply(a: Matrix, b: Matrix): Matrix {
  return Array.from({ length: 9 }, (_, n) => {
    const row = 3 * Math.floor(n / 3)
    return a[row]! * b[n % 3]! + a[row + 1]! * b[(n % 3) + 3]! + a[row + 2]! * b[(n % 3) + 6]!
  })
}

/** Solves rows * x = right by elimination with pivoting; null when the rows do not decide. */
export function solve(rows: number[][], right: number[]): number[] | null {
  const size = right.length
  const work = rows.map((row, n) => [...row, right[n]!])
  for (let column = 0; column < size; column++) {
    let pivot = column
    for (let row = column + 1; row < size; row++) if (Math.abs(work[row]![column]!) > Math.abs(work[pivot]![column]!)) pivot = row
    if (Math.abs(work[pivot]![column]!) < 1e-12) return null
    ;[work[column], work[pivot]] = [work[pivot]!, work[column]!]
    for (let row = 0; row < size; row++) {
      if (row === column) continue
      const share = work[row]![column]! / work[column]![column]!
      if (share !== 0) for (let k = column; k <= size; k++) work[row]![k]! -= share * work[column]![k]!
    }
  }
  return work.map((row, n) => row[size]! / row[n]!)
}

/** Least squares over equations `row * x = value`. */
function leastSquares(equations: readonly (readonly [number[], number])[]): number[] | null {
  const size = equations[0]![0].length
  const rows = Array.from({ length: size }, () => new Array<number>(size).fill(0))
  const right = new Array<number>(size).fill(0)
  for (const [row, value] of equations) {
    for (let i = 0; i < size; i++) {
      right[i]! += row[i]! * value
      for (let j = 0; j < size; j++) rows[i]![j]! += row[i]! * row[j]!
    }
  }
  return solve(rows, right)
}

/** A similarity that brings points around the origin at a spread of about one, so that sums of squares stay exact. */
function normaliser(points: readonly Point[]): Matrix {
  const x = points.reduce((sum, p) => sum + p[0], 0) / points.length
  const y = points.reduce((sum, p) => sum + p[1], 0) / points.length
  const spread = points.reduce((sum, p) => sum + Math.hypot(p[0] - x, p[1] - y), 0) / points.length || 1
  return [1 / spread, 0, -x / spread, 0, 1 / spread, -y / spread, 0, 0, 1]
}

export type Fit = (from: readonly Point[], to: readonly Point[]) => Matrix | null

function normalised(equationsOf: (from: Point, to: Point) => [number[], number][], matrixOf: (x: number[]) => Matrix): Fit {
  return (from, to) => {
    const [before, after] = [normaliser(from), normaliser(to)]
    const equations = from.flatMap((point, n) => equationsOf(apply(before, point), apply(after, to[n]!)))
    const found = leastSquares(equations)
    return found && multiply(invert(after), multiply(matrixOf(found), before))
  }
}

/** Four points or more. */
export const fitPerspective: Fit = normalised(
  ([x, y], [u, v]) => [
    [[x, y, 1, 0, 0, 0, -u * x, -u * y], u],
    [[0, 0, 0, x, y, 1, -v * x, -v * y], v],
  ],
  (h) => [...h, 1],
)
/** Three points or more. */
export const fitAffine: Fit = normalised(
  ([x, y], [u, v]) => [
    [[x, y, 1, 0, 0, 0], u],
    [[0, 0, 0, x, y, 1], v],
  ],
  (a) => [...a, 0, 0, 1],
)
/** Two points or more: turn, scale and shift. */
export const fitSimilarity: Fit = normalised(
  ([x, y], [u, v]) => [
    [[x, -y, 1, 0], u],
    [[y, x, 0, 1], v],
  ],
  ([a, b, c, d]) => [a!, -b!, c!, b!, a!, d!, 0, 0, 1],
)

const MOST_TRIES = 500

/** All choices of `count` out of `size`, or MOST_TRIES of them, drawn always alike. */
function* choices(size: number, count: number): Generator<number[]> {
  let all = 1
  for (let k = 0; k < count; k++) all = (all * (size - k)) / (k + 1)
  if (all <= MOST_TRIES) {
    const chosen = Array.from({ length: count }, (_, n) => n)
    for (;;) {
      yield [...chosen]
      let k = count - 1
      while (k >= 0 && chosen[k] === size - count + k) k--
      if (k < 0) return
      chosen[k]!++
      for (let j = k + 1; j < count; j++) chosen[j] = chosen[j - 1]! + 1
    }
  }
  let seed = 12345
  for (let n = 0; n < MOST_TRIES; n++) {
    const drawn = new Set<number>()
    while (drawn.size < count) {
      seed = (Math.imul(seed, 1103515245) + 12345) & 0x7fffffff
      drawn.add((seed >> 8) % size)
    }
    yield [...drawn]
  }
}

/** The mapping that most points agree on within `tolerance`, fitted to those; and which they are. */
export function fitRobustly(
  fit: Fit,
  fewest: number,
  from: readonly Point[],
  to: readonly Point[],
  tolerance: number,
): { matrix: Matrix; good: boolean[] } | null {
  let best: boolean[] | null = null
  let [bestCount, bestError] = [0, Infinity]
  const agreeing = (matrix: Matrix) => {
    const errors = from.map((point, n) => {
      const [u, v] = apply(matrix, point)
      return Math.hypot(u - to[n]![0], v - to[n]![1])
    })
    const good = errors.map((error) => error <= tolerance)
    return { good, count: good.filter(Boolean).length, error: errors.reduce((sum, e) => sum + (e <= tolerance ? e * e : 0), 0) }
  }
  for (const chosen of choices(from.length, fewest)) {
    const matrix = fit(chosen.map((n) => from[n]!), chosen.map((n) => to[n]!))
    if (!matrix) continue
    const { good, count, error } = agreeing(matrix)
    if (count > bestCount || (count === bestCount && error < bestError)) [best, bestCount, bestError] = [good, count, error]
  }
  if (!best || bestCount < fewest) return null
  const matrix = fit(from.filter((_, n) => best![n]), to.filter((_, n) => best![n]))
  return matrix && { matrix, good: best }
}
