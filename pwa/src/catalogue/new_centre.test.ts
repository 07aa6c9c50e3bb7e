import 'fake-indexeddb/auto'
import { afterEach, describe, expect, it } from 'vitest'
import { nextStep, stations } from '../pathways/rules'
import { subjectsOf } from '../pathways/deviations'
import { keepRoster } from '../sync/roster'
import { broughtBy } from './brought'
import { definitionHash } from './canonical'
import type { PathwayDefinition } from './definitions'
import { pathwayFaces, pathwayIcon, pathwayWord } from './pathway_faces'
import { chips, indicators, nodesFor, pathway, pathways, scoresFor, symptoms, timeNodes } from './store'
import { chipWord } from './shelf'
import file from '../../../tests/vectors/new_centre/maternal.json'

const maternal = file as unknown as PathwayDefinition
/** What the hub sends of one file in instance/catalogue/pathways (server/catalogue/load.py, `site_document`). */
const sent = [
  { folder: 'pathways', id: 'maternal', hash: 'x', definition: maternal },
  ...broughtBy([maternal]).map(({ folder, definition }) => ({ folder, id: definition.id, hash: 'x', definition })),
]
const decide = (definitions: unknown[]) => keepRoster([{ _id: 'catalogue:site', kind: 'catalogue', definitions, signed_off: [] }])
afterEach(() => decide([]))

describe('a new centre', () => {
  it('is one file: a start, steps, stations, times, reasons and a word on the board', async () => {
    expect(pathway('maternal')).toBe(pathways.general)
    expect(chipWord('vaginal_bleeding_heavy')).toBe('vaginal_bleeding_heavy')
    await decide(sent)
    const definition = pathway('maternal')
    expect(nextStep(definition, {}, timeNodes)?.ref).toBe('patient_contact_fmc')
    expect(nextStep(definition, {}, timeNodes, 'hospital')?.ref).toBe('hospital_door')
    const line = stations(definition, {}, new Date('2026-11-21T13:00:00Z'), { indicators, time_nodes: timeNodes })
    expect(line.map(({ node }) => node).slice(-2)).toEqual(['caesarean_decision', 'baby_born'])
    expect(line.at(-1)?.target_minutes).toBe(30)
    expect(nodesFor('maternal', 'hospital').map(({ id }) => id)).toEqual(['hospital_door', 'caesarean_decision', 'baby_born'])
    expect(scoresFor('maternal').first).toEqual(['shock_index', 'gcs'])
    expect(symptoms.maternal?.pathway).toBe('maternal')
    expect(chips('complaint', { symptom: 'maternal' }).map(({ id }) => id)).toEqual(['vaginal_bleeding_heavy'])
    expect(chipWord('vaginal_bleeding_heavy')).toBe('大量阴道出血')
    expect(subjectsOf(definition).map((one) => one.definition.id)).toContain('caesarean')
    expect(pathwayWord('maternal')).toEqual({ zh: '孕产', en: 'Maternal' })
    expect(pathwayIcon('maternal')).toBe('heart')
    expect(pathwayFaces.value.map(({ id }) => id)).toEqual(['chest_pain', 'stroke', 'trauma', 'general', 'maternal'])
  })

  it('goes again with the decision, and leaves no half of it', async () => {
    await decide(sent)
    await decide([])
    expect(pathway('maternal')).toBe(pathways.general)
    expect([timeNodes.baby_born, indicators.ma_ddi, symptoms.maternal]).toEqual([undefined, undefined, undefined])
    expect(pathwayWord('maternal')).toEqual({ zh: '其他', en: 'Other' })
  })

  it('brings definitions with the hash that the hub gives them', async () => {
    const born = broughtBy([maternal]).find(({ definition }) => definition.id === 'baby_born')
    expect(born?.definition).toMatchObject({ schema: 1, version: '0.1.0', signed_off: null, sources: maternal.sources })
    expect(await definitionHash(born?.definition)).toBe('0a14dc85054b7328')
  })
})
