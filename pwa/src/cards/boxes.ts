/**
 * From the detection model's map of "here is text" to boxes around lines: threshold, connected areas, the smallest turned
 * rectangle around each, grown back to the size of its letters (the model marks only their core; arXiv:1911.08947, 3.4).
 */
import { distance, type Point, type Quad } from './readings'

const THRESHOLD = 0.3
const LEAST_SCORE = 0.5
const GROWTH = 1.6
const LEAST_CORE_PX = 3
const LEAST_BOX_PX = 5

export interface TextMap {
  width: number
  height: number
  data: Float32Array
}

/** Whether text is likely at a place or just left of or above it, so that thin strokes hang together. */
function mask({ width, height, data }: TextMap): Uint8Array {
  const marked = new Uint8Array(width * height)
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      if (data[y * width + x]! <= THRESHOLD) continue
      for (let dy = 0; dy < 2 && y + dy < height; dy++) for (let dx = 0; dx < 2 && x + dx < width; dx++) marked[(y + dy) * width + x + dx] = 1
    }
  }
  return marked
}

/** The outermost points of each connected area, row by row: all that its rectangle depends on. */
function* areas(map: TextMap): Generator<Point[]> {
  const { width, height } = map
  const left = mask(map)
  const stack: number[] = []
  for (let start = 0; start < left.length; start++) {
    if (!left[start]) continue
    const rows = new Map<number, [number, number]>()
    left[start] = 0
    stack.push(start)
    while (stack.length > 0) {
      const at = stack.pop()!
      const [x, y] = [at % width, Math.floor(at / width)]
      const ends = rows.get(y)
      if (!ends) rows.set(y, [x, x])
      else rows.set(y, [Math.min(ends[0], x), Math.max(ends[1], x)])
      for (let v = Math.max(0, y - 1); v <= Math.min(height - 1, y + 1); v++) {
        for (let u = Math.max(0, x - 1); u <= Math.min(width - 1, x + 1); u++) {
          if (!left[v * width + u]) continue
          left[v * width + u] = 0
          stack.push(v * width + u)
        }
      }
    }
    yield [...rows].flatMap(([y, [from, to]]): Point[] => [[from, y], [to, y]])
  }
}

const cross = (o: Point, a: Point, b: Point): number => (a[0] - o[0]) * (b[1] - o[1]) - (a[1] - o[1]) * (b[0] - o[0])

/** The convex hull (Andrew's chain). */
export function hullOf(points: readonly Point[]): Point[] {
  const sorted = [...points].sort((a, b) => a[0] - b[0] || a[1] - b[1])
  const half = (ordered: Point[]) => {
    const chain: Point[] = []
    for (const point of ordered) {
      while (chain.length >= 2 && cross(chain[chain.length - 2]!, chain[chain.length - 1]!, point) <= 0) chain.pop()
      chain.push(point)
    }
    return chain.slice(0, -1)
  }
  return [...half(sorted), ...half([...sorted].reverse())]
}

interface Rectangle {
  centre: Point
  /** Half the length along `angle`, and half the breadth across it. */
  half: Point
  angle: number
}

/** The turned rectangle of least area: one of its sides lies along a side of the hull. */
export function smallestRectangle(points: readonly Point[]): Rectangle {
  const hull = hullOf(points)
  let best: Rectangle = { centre: points[0]!, half: [0, 0], angle: 0 }
  let least = Infinity
  for (let n = 0; n < hull.length; n++) {
    const [from, to] = [hull[n]!, hull[(n + 1) % hull.length]!]
    const angle = Math.atan2(to[1] - from[1], to[0] - from[0])
    const [c, s] = [Math.cos(angle), Math.sin(angle)]
    let [u0, u1, v0, v1] = [Infinity, -Infinity, Infinity, -Infinity]
    for (const [x, y] of hull) {
      const [u, v] = [x * c + y * s, y * c - x * s]
      ;[u0, u1, v0, v1] = [Math.min(u0, u), Math.max(u1, u), Math.min(v0, v), Math.max(v1, v)]
    }
    const area = (u1 - u0) * (v1 - v0)
    if (area >= least) continue
    const [u, v] = [(u0 + u1) / 2, (v0 + v1) / 2]
    best = { centre: [u * c - v * s, u * s + v * c], half: [(u1 - u0) / 2, (v1 - v0) / 2], angle }
    least = area
  }
  return best
}

export function cornersOf({ centre: [x, y], half: [a, b], angle }: Rectangle): Quad {
  const [c, s] = [Math.cos(angle), Math.sin(angle)]
  const corner = (u: number, v: number): Point => [x + u * c - v * s, y + u * s + v * c]
  return [corner(-a, -b), corner(a, -b), corner(a, b), corner(-a, b)]
}

/** The map's mean within a rectangle. */
function scoreOf({ width, height, data }: TextMap, rectangle: Rectangle): number {
  const corners = cornersOf(rectangle)
  const [xs, ys] = [corners.map((p) => p[0]), corners.map((p) => p[1])]
  const [c, s] = [Math.cos(rectangle.angle), Math.sin(rectangle.angle)]
  let [sum, count] = [0, 0]
  for (let y = Math.max(0, Math.floor(Math.min(...ys))); y <= Math.min(height - 1, Math.ceil(Math.max(...ys))); y++) {
    for (let x = Math.max(0, Math.floor(Math.min(...xs))); x <= Math.min(width - 1, Math.ceil(Math.max(...xs))); x++) {
      const [dx, dy] = [x - rectangle.centre[0], y - rectangle.centre[1]]
      if (Math.abs(dx * c + dy * s) > rectangle.half[0] + 0.5 || Math.abs(dy * c - dx * s) > rectangle.half[1] + 0.5) continue
      sum += data[y * width + x]!
      count += 1
    }
  }
  return count ? sum / count : 0
}

/** Boxes around lines of text, in pixels of a picture of the given size. */
export function boxesOf(map: TextMap, width: number, height: number): Quad[] {
  const boxes: Quad[] = []
  for (const points of areas(map)) {
    const core = smallestRectangle(points)
    const [a, b] = core.half
    if (2 * Math.min(a, b) < LEAST_CORE_PX || scoreOf(map, core) < LEAST_SCORE) continue
    const growth = ((4 * a * b) / (4 * (a + b))) * GROWTH
    const whole = { ...core, half: [a + growth, b + growth] as const }
    if (2 * Math.min(...whole.half) < LEAST_BOX_PX) continue
    const within = (value: number, most: number) => Math.min(most - 1, Math.max(0, value))
    const corners = cornersOf(whole).map(([x, y]): Point => [within((x * width) / map.width, width), within((y * height) / map.height, height)])
    boxes.push(corners as unknown as Quad)
  }
  return boxes
}

/** Length times breadth of a box. */
export const areaOf = (quad: Quad): number => distance(quad[0], quad[1]) * distance(quad[1], quad[2])
