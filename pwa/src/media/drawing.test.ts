import { expect, it } from 'vitest'
import { arrowHead, drawMarks } from './drawing'

it('points an arrow’s head back along its shaft', () => {
  const [one, other] = arrowHead({ x: 0, y: 0 }, { x: 100, y: 0 }, 20)
  expect(one.x).toBeCloseTo(other.x)
  expect(one.y).toBeCloseTo(-other.y)
  expect(one.x).toBeLessThan(100)
})

it('draws marks at the same share of every size', () => {
  const moves: number[][] = []
  const pen = { beginPath() {}, stroke() {}, lineTo() {}, moveTo: (x: number, y: number) => moves.push([x, y]) } as unknown as CanvasRenderingContext2D
  drawMarks(pen, 200, 100, [{ tool: 'pen', points: [{ x: 0.5, y: 0.5 }] }])
  drawMarks(pen, 2000, 1000, [{ tool: 'pen', points: [{ x: 0.5, y: 0.5 }] }])
  expect(moves).toEqual([[100, 50], [100, 50], [1000, 500], [1000, 500]])
})
