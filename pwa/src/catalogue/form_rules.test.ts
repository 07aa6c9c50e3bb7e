import { describe, expect, it } from 'vitest'
import fastEd from '@catalogue/scores/fast_ed.json'
import gcs from '@catalogue/scores/gcs.json'
import iss from '@catalogue/scores/iss.json'
import nihss from '@catalogue/scores/nihss.json'
import { evaluateScore } from './evaluate_score'
import { hasForm, restNormal, untestableReasons } from './form_rules'
import type { ScoreDefinition } from './types'

const of = (definition: unknown) => definition as ScoreDefinition

describe('the generated form', () => {
  it('can show FAST-ED, NIHSS and GCS, and says of a body map that it cannot', () => {
    expect([fastEd, nihss, gcs].map((one) => hasForm(of(one)))).toEqual([true, true, true])
    expect(hasForm(of(iss))).toBe(false)
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
