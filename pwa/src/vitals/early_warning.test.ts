import { describe, expect, it } from 'vitest'
import mews from '@catalogue/scores/mews.json'
import news2 from '@catalogue/scores/news2.json'
import type { ScoreDefinition } from '../catalogue/types'
import { earlyWarning } from './early_warning'

const NEWS2 = news2 as unknown as ScoreDefinition
const MEWS = mews as unknown as ScoreDefinition
const set = { rr: 25, spo2: 91, on_oxygen: true, sbp: 90, hr: 131, avpu: 'V', temp: 39.1 }

describe('early warning scores of a set', () => {
  it('are computed when the set has everything', () => {
    expect(earlyWarning('news2', NEWS2, set, 60)).toMatchObject({ state: 'complete', result: { total: 19 } })
    expect(earlyWarning('mews', MEWS, set, 60)).toMatchObject({ state: 'complete', result: { total: 9 } })
  })
  it.each(Object.keys(set))('name %s when it is missing, and give no total', (field) => {
    const { [field as 'rr']: _, ...rest } = set
    expect(earlyWarning('news2', NEWS2, rest, 60)).toEqual({ state: 'missing', missing: [field] })
  })
  it('take a palpated pulse where no heart rate is', () => {
    const { hr: _, ...rest } = set
    expect(earlyWarning('mews', MEWS, { ...rest, pulse: 131 }, 60)).toMatchObject({ result: { total: 9 } })
  })
  it('are for adults, and an unknown age is said', () => {
    expect(earlyWarning('news2', NEWS2, set, 17)).toEqual({ state: 'not_for_age' })
    expect(earlyWarning('news2', NEWS2, set, null)).toEqual({ state: 'age_unknown' })
  })
  it('read new confusion as the C of NEWS2, which counts as much as no response', () => {
    expect(earlyWarning('news2', NEWS2, { ...set, avpu: 'A' }, 60)).toMatchObject({ result: { total: 16 } })
    expect(earlyWarning('news2', NEWS2, { ...set, avpu: 'A', new_confusion: true }, 60)).toMatchObject({ inputs: { consciousness: 'C' }, result: { total: 19 } })
  })
  it('do not read "air" as a missing answer', () => {
    expect(earlyWarning('news2', NEWS2, { ...set, on_oxygen: false }, 60)).toMatchObject({ result: { total: 17 } })
  })
})
