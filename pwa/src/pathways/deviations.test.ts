import { describe, expect, it } from 'vitest'
import { pathway, pathways } from '../catalogue/store'
import { deviationBody, deviationLine, subjectsOf } from './deviations'

describe('a step that was not done', () => {
  it('is one that the pathway has, named by the node of its own line', () => {
    const subjects = subjectsOf(pathway('stroke'))
    expect(subjects.find((one) => one.definition.id === 'lysis')?.node).toBe('needle')
    expect(subjects.find((one) => one.definition.id === 'ct')?.node).toBe('ct_start')
    expect(subjectsOf(pathway('chest_pain')).find((one) => one.definition.id === 'ecg')?.node).toBe('first_ecg')
    for (const one of Object.values(pathways)) expect(subjectsOf(one).map(({ definition }) => definition.id)).toContain('transport')
  })

  it('is said in words, and keeps what was typed', () => {
    const lysis = subjectsOf(pathway('stroke')).find((one) => one.definition.id === 'lysis')!
    const body = deviationBody(lysis, 'not_done', 'refused', ' 女儿不同意 ')
    expect(body).toEqual({ about: 'step', subject: 'lysis', node: 'needle', state: 'not_done', reason: 'refused', text: '女儿不同意' })
    expect(deviationLine(body)).toEqual({ title: '静脉溶栓 未做', detail: '患者或家属拒绝 · 女儿不同意' })
  })

  it('is shown by its ids where this version does not know them', () => {
    expect(deviationLine({ about: 'step', node: 'cooling', state: 'put_off', reason: 'no_ice' })).toEqual({ title: 'cooling put_off', detail: 'no_ice' })
  })
})
