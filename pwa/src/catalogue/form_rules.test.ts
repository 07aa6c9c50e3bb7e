import { describe, expect, it } from 'vitest'
import fastEd from '@catalogue/scores/fast_ed.json'
import aspects from '@catalogue/scores/aspects.json'
import burns from '@catalogue/scores/burns_tbsa.json'
import gcs from '@catalogue/scores/gcs.json'
import iss from '@catalogue/scores/iss.json'
import nihss from '@catalogue/scores/nihss.json'
import stroke from '@catalogue/scores/stroke_ivt.json'
import { evaluateScore } from './evaluate_score'
import { brokenRange, formOf, mayFillNormal, restNormal, typedNumber, untestableReasons } from './form_rules'
import type { ScoreDefinition } from './types'

const all = import.meta.glob<ScoreDefinition>('@catalogue/scores/*.json', { eager: true, import: 'default' })
const of = (definition: unknown) => definition as ScoreDefinition

describe('the generated form', () => {
  it('asks FAST-ED, NIHSS and GCS as questions, injuries on a figure, lysis as a list', () => {
    expect([fastEd, nihss, gcs].map((one) => formOf(of(one)))).toEqual(['questions', 'questions', 'questions'])
    expect([iss, burns, stroke, aspects].map((one) => formOf(of(one)))).toEqual(['injuries', 'burns', 'checklist', 'regions'])
  })
  it('exists for every definition of the catalogue', () => {
    expect(Object.values(all).filter((one) => formOf(one) === null).map((one) => one.id)).toEqual([])
  })
  it('does not call the rest of a comatose patient normal', () => {
    const items = of(nihss).items
    expect(mayFillNormal(of(nihss), items, {})).toBe(true)
    expect(mayFillNormal(of(nihss), items, { '1a': 2 })).toBe(true)
    expect(mayFillNormal(of(nihss), items, { '1a': 3 })).toBe(false)
  })
  it('lets an INR of 1.74 be typed as it is, and no third decimal', () => {
    const inr = of(stroke).items.find((item) => item.id === 'inr')!
    expect([...'1.749'].reduce((text, key) => typedNumber(text, key, inr), '')).toBe('1.74')
  })
  it('names the range that a number breaks', () => {
    const age = of(stroke).items.find((item) => item.id === 'age')!
    expect(brokenRange(age, 121)).toEqual({ min: 0, max: 120 })
    expect(brokenRange(age, 120)).toBeNull()
  })
  it('fills "rest normal" only into open items, and the sum is that of the answers given', () => {
    const given = { '1a': 1, '4': 2 }
    const inputs = { ...given, ...restNormal(of(nihss).items, given) }
    expect(evaluateScore(of(nihss), inputs)).toMatchObject({ status: 'complete', total: 3 })
  })
  it('offers no shortcut where normal is not 0 points', () => {
    expect(restNormal(of(gcs).items, {})).toEqual({})
  })
  it("takes the catalogue's reasons for an untestable item, and usual ones where it names none", () => {
    expect(untestableReasons(of(gcs).items[0]?.special_values?.[0] ?? null)).toContain('intubated')
    expect(untestableReasons(of(nihss).items[6]?.special_values?.[0] ?? null)).toContain('amputation')
  })
})
