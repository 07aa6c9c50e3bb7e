import { describe, expect, it } from 'vitest'
import type { ExaminationDefinition } from '../catalogue/definitions'
import { examText, findings, needFindings, restNormal, tapped } from './findings'

describe('findings', () => {
  it('every file has its normal among the options', async () => {
    await needFindings()
    const all = Object.values(findings.value)
    expect(all.length).toBeGreaterThan(8)
    for (const one of all) expect(one.options.map((option) => option.value), one.id).toContain(one.normal)
  })
  it('normal and abnormal exclude each other, abnormal ones add up', () => {
    const skin = findings.value.skin as ExaminationDefinition
    expect(tapped(skin, ['normal'], 'pale')).toEqual(['pale'])
    expect(tapped(skin, ['pale'], 'clammy')).toEqual(['pale', 'clammy'])
    expect(tapped(skin, ['pale', 'clammy'], 'normal')).toEqual(['normal'])
    expect(tapped(skin, ['pale'], 'pale')).toEqual([])
  })
  it('"the rest is normal" leaves what was answered', () => {
    const all = Object.values(findings.value)
    const filled = restNormal(all, { skin: ['pale'], gaze: [] })
    expect(filled.skin).toEqual(['pale'])
    expect(filled.gaze).toEqual(['normal'])
    expect(Object.keys(filled)).toHaveLength(all.length)
  })
  it('says abnormal findings first', () => {
    expect(examText({ airway: ['clear'], skin: ['pale', 'clammy'], unknown_thing: ['x'] })).toBe('皮肤 苍白+湿冷 · 气道 通畅')
  })
})
