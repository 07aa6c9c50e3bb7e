import { describe, expect, it } from 'vitest'
import { axisOf, labelled, xScale, yOf } from './trend'

describe('the trend chart', () => {
  it('puts every value inside its axis, on round numbers', () => {
    const axis = axisOf([186, 104, 92, 178], 5, { min: 80, max: 200 })
    expect(axis.min).toBeLessThanOrEqual(80)
    expect(axis.max).toBeGreaterThanOrEqual(200)
    expect(axis.ticks.length).toBeLessThanOrEqual(5)
    expect(axis.ticks.every((tick) => tick % 10 === 0)).toBe(true)
  })

  it('draws a steady value without dividing by nothing', () => {
    const axis = axisOf([80, 80, 80], 3)
    expect(axis.max).toBeGreaterThan(axis.min)
    expect(Number.isFinite(yOf(axis, 80, 0, 100))).toBe(true)
  })

  it('stops a value beyond the axis at the edge instead of drawing it over the text', () => {
    const axis = axisOf([60, 120], 3)
    expect(yOf(axis, 400, 10, 90)).toBe(10)
    expect(yOf(axis, -5, 10, 90)).toBe(90)
  })

  it('stands a single set in the middle', () => {
    expect(xScale([5], 0, 100)(5)).toBe(50)
  })

  it('always labels the newest set and never lets labels touch', () => {
    const x = xScale([0, 1, 2, 100], 0, 100)
    expect(labelled([0, 1, 2, 100], x, 40)).toEqual([2, 100])
  })
})
