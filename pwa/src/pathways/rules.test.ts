import { describe, expect, it } from 'vitest'
import vectors from '../../../tests/vectors/pathways/rules.json'
import { indicators, pathway, pathways, timeNodes } from '../catalogue/store'
import { evaluateIndicator, intervalMinutes, nextStep, onsetTimer, stations, type PathwayRecord } from './rules'

const catalogue = { indicators, time_nodes: timeNodes }
// Vectors hold only what the rules read of an entry.
const recordOf = (folded: unknown) => folded as PathwayRecord

describe('an interval', () => {
  it.each(vectors.intervals.map((one) => [one.name, one] as const))('%s', (_, { folded, from, to, expected }) => {
    expect(intervalMinutes(recordOf(folded), from, to, timeNodes)).toStrictEqual(expected)
  })
})

describe('the line of stations', () => {
  it.each(vectors.lines.map((one) => [one.name, one] as const))('%s', (_, vector) => {
    const shown = vector.shown === 'phone' ? 'phone' : 'hospital'
    const line = stations(pathway(vector.pathway), recordOf(vector.folded), new Date(vector.now), catalogue, shown)
    expect(line).toHaveLength(vector.expected.length)
    expect(line).toMatchObject(vector.expected)
  })
})

describe('the next step', () => {
  it.each(vectors.steps.map((one) => [one.name, one] as const))('%s', (_, { folded, side, expected, ...one }) => {
    const step = nextStep(pathway(one.pathway, 'symptom' in one ? one.symptom : null), recordOf(folded), timeNodes, side === 'phone' ? 'phone' : 'hospital')
    expect(step && [step.kind, step.ref]).toEqual(expected)
  })
})

describe('the onset timer', () => {
  it.each(vectors.timers.map((one) => [one.name, one] as const))('%s', (_, { folded, now, expected, ...one }) => {
    expect(onsetTimer(pathway(one.pathway), recordOf(folded), new Date(now))).toStrictEqual(expected)
  })
})

describe('every pathway', () => {
  it('puts an empty record at a first station and a first step', () => {
    for (const one of Object.values(pathways)) {
      expect(stations(one, {}, new Date(0), catalogue).map((station) => station.is_next).indexOf(true)).toBe(0)
      expect(nextStep(one, {}, timeNodes)).not.toBeNull()
    }
  })
})

describe('an indicator', () => {
  const at = (time: string) => ({ at: time, precision: 'exact', entry: { id: 'x', basis: 'measured', error_ms: 0 } })
  const within = (needle: string) =>
    evaluateIndicator(
      indicators.st_dnt!,
      recordOf({ time_nodes: { hospital_door: [at('2026-11-21T13:00:00.000Z')], needle: [at(needle)] } }),
    ).is_within

  it('is within its target on it, beyond it a millisecond later, and neither when it is negative', () => {
    expect(within('2026-11-21T14:00:00.000Z')).toBe(true)
    expect(within('2026-11-21T14:00:00.001Z')).toBe(false)
    expect(within('2026-11-21T12:59:00.000Z')).toBeNull()
  })
})
