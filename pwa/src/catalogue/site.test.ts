import 'fake-indexeddb/auto'
import { afterEach, describe, expect, it } from 'vitest'
import { keepRoster } from '../sync/roster'
import { refusedDefinitions, signedOffBy } from './site'
import { loadDrugs, loadScore, vitalFields } from './store'

const decide = (definitions: unknown[], signed_off: unknown[] = []) =>
  keepRoster([{ _id: 'catalogue:site', kind: 'catalogue', definitions, signed_off }])

afterEach(() => decide([]))

describe("the site's own definitions", () => {
  it('stand in the place of those that the app brings, and go again', async () => {
    const { definition, stamp } = await loadScore('ti')
    const own = { ...definition, version: '1.0.0+k1346', default_variant: 'k1346' }
    await decide([{ folder: 'scores', id: 'ti', hash: 'x', definition: own }])
    const chosen = await loadScore('ti')
    expect(chosen.definition.default_variant).toBe('k1346')
    expect(chosen.stamp.version).toBe('1.0.0+k1346')
    expect(chosen.stamp.hash).not.toBe(stamp.hash)
    await decide([])
    expect((await loadScore('ti')).stamp).toEqual(stamp)
  })

  it('reach vital signs and drugs too, in their order', async () => {
    const order = Object.keys(vitalFields)
    const sbp = { ...vitalFields.sbp!, version: '1.0.0+county', adult_alarm: { low: 85, high: 200 } }
    const txa = { ...(await loadDrugs()).txa!, version: '1.0.0+county' }
    await decide([
      { folder: 'vitals', id: 'sbp', hash: 'x', definition: sbp },
      { folder: 'drugs', id: 'txa', hash: 'x', definition: txa },
    ])
    expect(vitalFields.sbp?.adult_alarm).toEqual({ low: 85, high: 200 })
    expect(Object.keys(vitalFields)).toEqual(order)
    expect((await loadDrugs()).txa?.version).toBe('1.0.0+county')
  })

  it('are left out and named when this app cannot evaluate them', async () => {
    const { definition, stamp } = await loadScore('gcs')
    await decide([
      { folder: 'scores', id: 'gcs', hash: 'x', definition: { ...definition, kind: 'of_tomorrow' } },
      { folder: 'scores', id: 'nihss', hash: 'x', definition },
    ])
    expect((await loadScore('gcs')).stamp).toEqual(stamp)
    expect(refusedDefinitions.value).toEqual([
      'scores/gcs: score gcs is of unknown kind of_tomorrow',
      'scores/nihss: is not the definition that it says',
    ])
  })

  it('are signed off for one hash only', async () => {
    const { definition, stamp } = await loadScore('nihss')
    await decide([], [{ folder: 'scores', id: 'nihss', hash: stamp.hash, by: '王主任', at: '2026-11-20' }])
    expect(signedOffBy('scores', definition, stamp.hash)?.by).toBe('王主任')
    expect(signedOffBy('scores', definition, '0123456789abcdef')).toBeNull()
  })
})
