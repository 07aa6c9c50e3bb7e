import { describe, expect, it } from 'vitest'
import stemi from '@catalogue/scores/stemi_lysis.json'
import stroke from '@catalogue/scores/stroke_ivt.json'
import { fold } from '../encounters/fold'
import type { Document } from '../encounters/types'
import { confirmationsOf, evidenceFor, exclusionsOf, factsOf, hintsFor, mayConfirm, openTicks, tickProposals } from './checklist_rules'
import { evaluateScore } from './evaluate_score'
import type { ScoreDefinition } from './types'

const of = (definition: unknown) => definition as ScoreDefinition
const ticks = (definition: ScoreDefinition, yes: string[] = []) =>
  Object.fromEntries([...definition.absolute!, ...definition.relative!].map(({ id }) => [id, yes.includes(id)]))
const facts = {
  onset_min: 100, age: 70, deficit_from_ischaemic_stroke: true, consent: true, sbp: 150, dbp: 85, glucose: 6, platelets: 200, oral_anticoagulant: false,
}
const judged = (inputs: Record<string, unknown>) => {
  const result = evaluateScore(of(stroke), inputs)
  return { result: result.result, exclusions: exclusionsOf(of(stroke), result).map((one) => [one.id, one.group]) }
}

const ENCOUNTER = '01JD8Z0000000000000000000A'
let made = 0
function said(kind: string, staff: string, body: Record<string, unknown>): Document {
  const at = new Date(Date.UTC(2026, 10, 21, 9, ++made)).toISOString()
  const id = `encounter:${ENCOUNTER}:${kind}:01JD8Z000000000000000${String(made).padStart(5, '0')}`
  return { _id: id, kind, schema: 1, occurred_at: at, recorded_at: at, author: { staff, role: 'paramedic' }, body }
}

describe('a lysis checklist', () => {
  it('says that no exclusion was found only when everything is answered', () => {
    expect(judged({ ...facts, answers: ticks(of(stroke)) })).toEqual({ result: 'no_exclusion_found', exclusions: [] })
    const { prior_ich: _, ...rest } = ticks(of(stroke))
    expect(judged({ ...facts, answers: rest })).toEqual({ result: null, exclusions: [] })
  })
  it('names every exclusion, ticked and measured, in the words of the catalogue', () => {
    const found = judged({ ...facts, sbp: 180, answers: ticks(of(stroke), ['prior_ich', 'pregnancy']) })
    expect(found).toEqual({ result: 'absolute_exclusion', exclusions: [['prior_ich', 'absolute'], ['sbp', 'absolute']] })
    const late = evaluateScore(of(stemi), { onset_min: 800, st_elevation_criteria: true, expected_fmc_to_wire_min: 180, age: 60, sbp: 120, dbp: 80, answers: ticks(of(stemi)) })
    expect(exclusionsOf(of(stemi), late).map((one) => one.label.en)).toEqual(['12 to 24 h from onset'])
  })
  it('asks the INR only with an anticoagulant', () => {
    const ids = (inputs: Record<string, unknown>) => factsOf(of(stroke), inputs).map((item) => item.id)
    expect(ids({})).not.toContain('inr')
    expect(ids({ oral_anticoagulant: true })).toContain('inr')
  })
  it('knows what is still open: no answer is not "no"', () => {
    expect(openTicks([{ id: 'a' }, { id: 'b' }, { id: 'c' }], { a: false, b: true })).toEqual(['c'])
  })
  it('hints at a history and answers nothing by it; its hints name entries that exist', () => {
    const folded = fold([said('encounter', 'zhao', { pathway: 'stroke' }), said('history', 'zhao', { past: ['stroke', 'coronary'] })])
    expect(hintsFor('head_trauma_or_stroke_3m', folded).map((one) => one.chip)).toEqual(['stroke'])
    expect(hintsFor('mi_3m', folded).map((one) => one.chip)).toEqual(['coronary'])
    expect(hintsFor('pregnancy', folded)).toEqual([])
  })
  it('offers what the history answers, for a person to take', () => {
    const folded = fold([said('encounter', 'zhao', { pathway: 'chest_pain' }), said('history', 'zhao', { past: ['pregnant'], medications: ['doac'] })])
    const offered = tickProposals(of(stemi), folded, {})
    expect(offered.map((one) => [one.item, one.value, one.needsOwnTap])).toEqual([['pregnancy', true, true], ['anticoagulant', true, true]])
    expect(tickProposals(of(stemi), folded, { pregnancy: false, anticoagulant: true })).toEqual([])
  })
  it('answers a man’s pregnancy from the patient entry, with that entry as its source', () => {
    const man = said('patient', 'zhao', { name: '某', sex: 'male' })
    const [offer] = tickProposals(of(stroke), fold([said('encounter', 'zhao', { pathway: 'stroke' }), man]), {})
    expect([offer?.item, offer?.value, offer?.source.of, offer?.source.name]).toEqual(['pregnancy', false, man._id, 'sex'])
    const woman = fold([said('encounter', 'zhao', { pathway: 'stroke' }), said('patient', 'zhao', { sex: 'female' })])
    expect(tickProposals(of(stroke), woman, {})).toEqual([])
  })
  it('weighs a severe deficit between 3 and 4.5 hours, and only there', () => {
    const severe = (onset_min: number, nihss?: number) => judged({ ...facts, onset_min, ...(nihss === undefined ? {} : { nihss }), answers: ticks(of(stroke)) })
    expect(severe(200, 26)).toEqual({ result: 'relative_caution', exclusions: [['nihss_gt_25_3_4_5h', 'relative']] })
    for (const found of [severe(200, 25), severe(180, 26), severe(200)]) expect(found.result).toBe('no_exclusion_found')
  })
  it('shows an NIHSS beside the deficit, and answers nothing by it', () => {
    const folded = fold([said('encounter', 'zhao', { pathway: 'stroke' }), said('score', 'zhao', { score: 'nihss', inputs: {}, result: { status: 'complete', total: 12 } })])
    expect(evidenceFor('deficit_from_ischaemic_stroke', folded)).toMatchObject({ kind: 'nihss', total: 12 })
    expect(evidenceFor('prior_ich', folded)).toBeNull()
  })
  it('is confirmed by a second person only', () => {
    const filled = said('score', 'zhao', { score: 'stroke_ivt', inputs: {}, result: { status: 'complete', total: null, result: 'no_exclusion_found' } })
    const own = said('attestation', 'zhao', { of: filled._id, attests: 'checklist', verdict: 'confirmed' })
    const second = said('attestation', 'wang', { of: filled._id, attests: 'checklist', verdict: 'confirmed' })
    const folded = fold([said('encounter', 'zhao', { pathway: 'stroke' }), filled, own, second])
    const score = folded.scores.stroke_ivt!.at(-1)!
    expect(confirmationsOf(folded, score).map((one) => one.staff)).toEqual(['wang'])
    expect([mayConfirm(score, 'zhao'), mayConfirm(score, 'wang'), mayConfirm(score, undefined)]).toEqual([false, true, false])
  })
})
