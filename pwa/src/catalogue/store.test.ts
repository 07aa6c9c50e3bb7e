import { afterEach, describe, expect, it } from 'vitest'
import { language } from '../language'
import { canonicalJson } from './canonical'
import { chipText } from './chip_text'
import { evaluateScore, faultsOf } from './evaluate_score'
import {
  chips,
  label,
  loadDrugs,
  loadProcedures,
  loadScore,
  nodesFor,
  pathway,
  pathways,
  scoreIds,
  scoresFor,
  timeNodes,
  vitalFields,
} from './store'
import hashes from '../../../tests/vectors/catalogue_hashes.json'

afterEach(() => {
  language.value = 'zh'
})

describe('the catalogue on the phone', () => {
  it('has the same hash for every score as the hub', async () => {
    for (const id of scoreIds) expect([id, (await loadScore(id)).stamp.hash]).toEqual([id, hashes[id as 'nihss']])
    expect(Object.keys(hashes)).toHaveLength(scoreIds.length)
  })

  it('writes canonical JSON with sorted keys and plain numbers', () => {
    expect(canonicalJson({ b: [1.5, 15.0], a: { d: null, c: '中' } })).toBe('{"a":{"c":"中","d":null},"b":[1.5,15]}')
  })

  it('gives a stroke its scores, nodes and chips', () => {
    expect(scoresFor('stroke').first).toEqual(['fast_ed', 'nihss', 'gcs'])
    expect(nodesFor('stroke', 'hospital').map((node) => node.id)).toContain('needle')
    expect(chips('complaint', { symptom: 'stroke' }).map((chip) => chip.id)).toContain('face_droop')
  })

  it('offers the general chips for a symptom that has none', () => {
    expect(chips('complaint', { symptom: 'unheard_of' })).toEqual(chips('complaint', { symptom: 'other' }))
  })

  it('falls back to the general pathway for one that this version does not know', () => {
    expect(pathway('maternal')).toBe(pathways.general)
    expect(pathway(null)).toBe(pathways.general)
  })

  it('rejects a score that does not exist', async () => {
    await expect(loadScore('constructor')).rejects.toThrow('the catalogue has no score constructor')
  })

  it('names only scores, nodes, signs and procedures that exist', async () => {
    const procedures = await loadProcedures()
    const signs = new Set(Object.keys(vitalFields))
    for (const { scores, line, nodes, vitals, procedures: offered } of Object.values(pathways)) {
      for (const id of [...scores.first, ...scores.more]) expect(scoreIds).toContain(id)
      for (const id of [...line.map((stop) => stop.node), ...nodes.prehospital, ...nodes.hospital]) {
        expect(timeNodes[id], id).toBeDefined()
      }
      for (const id of vitals) expect(signs.has(id), id).toBe(true)
      for (const id of offered) expect(procedures[id], id).toBeDefined()
    }
  })

  it('speaks the chosen language', () => {
    expect(label(timeNodes.needle)).toBe('溶栓开始(首次静脉给药)')
    expect(chipText('face_droop')).toBe('口角歪斜')
    language.value = 'en'
    expect(label(timeNodes.needle)).toBe('Lysis needle time')
    expect(chipText('face_droop')).toBe('Face droop')
    expect(chipText('own words')).toBe('own words')
  })

  it('has all time nodes, vital signs and drugs', async () => {
    expect(Object.keys(timeNodes)).toHaveLength(77)
    expect(Object.keys(vitalFields).slice(0, 3)).toEqual(['sbp', 'dbp', 'hr'])
    expect(Object.keys(await loadDrugs())).toHaveLength(23)
  })
})

describe('a form', () => {
  it('is led to what is missing and to what is not allowed', async () => {
    const { definition: gcs } = await loadScore('gcs')
    expect(faultsOf(gcs, { eye: 4, verbal: 'loud' })).toEqual({ missing: ['motor'], invalid: ['verbal'] })
  })

  it('reaches the same total whatever the order of the answers', async () => {
    const { definition: gcs } = await loadScore('gcs')
    expect(evaluateScore(gcs, { motor: 6, eye: 4, verbal: 5 })).toEqual(evaluateScore(gcs, { eye: 4, verbal: 5, motor: 6 }))
  })
})
