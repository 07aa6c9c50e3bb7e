/** Geometry of lines of text: their common direction, and corners in the order of reading. Twin of ocr/quads.py. */
import { distance, type Point, type Quad } from './readings'

/** The corners clockwise around the centre, as seen on the screen. */
export function ring(quad: Quad): Point[] {
  const x = quad.reduce((sum, p) => sum + p[0], 0) / 4
  const y = quad.reduce((sum, p) => sum + p[1], 0) / 4
  return [...quad].sort((a, b) => Math.atan2(a[1] - y, a[0] - x) - Math.atan2(b[1] - y, b[0] - x))
}

/** The angle of the lines' long sides in radians, in (-pi/2, pi/2]; boxes do not tell which end is the start. */
export function readingDirection(quads: readonly Quad[]): number {
  let [real, imaginary] = [0, 0]
  for (const quad of quads) {
    const [a, b, c, d] = ring(quad) as [Point, Point, Point, Point]
    const one: Point = [(b[0] - a[0] + c[0] - d[0]) / 2, (b[1] - a[1] + c[1] - d[1]) / 2]
    const other: Point = [(c[0] - b[0] + d[0] - a[0]) / 2, (c[1] - b[1] + d[1] - a[1]) / 2]
    const [along, across] = Math.hypot(...one) >= Math.hypot(...other) ? [one, other] : [other, one]
    const length = Math.hypot(...along)
    if (length <= 1.8 * Math.hypot(...across)) continue
    // Doubling the angle makes opposite directions equal; long lines know best.
    real += (along[0] ** 2 - along[1] ** 2) / length
    imaginary += (2 * along[0] * along[1]) / length
  }
  return real || imaginary ? Math.atan2(imaginary, real) / 2 : 0
}

/** The corners from the top left on, for text that runs at `angle`. */
export function inReadingOrder(quad: Quad, angle: number): Quad {
  const corners = ring(quad)
  const along = corners.map((corner, n) => {
    const next = corners[(n + 1) % 4]!
    const length = distance(corner, next) + 1e-6
    return ((next[0] - corner[0]) * Math.cos(angle) + (next[1] - corner[1]) * Math.sin(angle)) / length
  })
  // The top side of a clockwise ring runs along the text.
  const top = along.indexOf(Math.max(...along))
  return [0, 1, 2, 3].map((n) => corners[(top + n) % 4]!) as unknown as Quad
}
