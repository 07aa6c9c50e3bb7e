/**
 * Rules of a checklist's form: which entries stand in which group, what the record hints at without deciding it, the
 * exclusions by name, and who may confirm. Pure.
 */
import { attestedBy } from '../badges/attesting'
import type { Folded, FoldedScore } from '../encounters/types'
import { fromHistory, type InputSource, type Proposal } from './known_values'
import type { Inputs, Item, ScoreDefinition, ScoreResult, Words } from './types'

export type Ticks = Readonly<Record<string, unknown>>

export const ticksOf = (inputs: Inputs): Ticks =>
  typeof inputs.answers === 'object' && inputs.answers !== null ? (inputs.answers as Ticks) : {}

/** The facts that a list asks: those asked only with another answer (INR with an anticoagulant) when that is yes. */
export function factsOf(definition: ScoreDefinition, inputs: Inputs): Item[] {
  return definition.items.filter((item) => item.required_if === undefined || inputs[item.required_if] === true)
}

/** Entries of a group that nobody has answered. */
export const openTicks = (entries: readonly { id: string }[], ticks: Ticks): string[] =>
  entries.filter((entry) => typeof ticks[entry.id] !== 'boolean').map((entry) => entry.id)

export interface Exclusion {
  id: string
  label: Words
  group: 'absolute' | 'relative' | 'not_indicated'
}

interface MeasuredRule {
  id: string
  label?: Words
}

/** The exclusions behind a result, each in the catalogue's words. */
export function exclusionsOf(definition: ScoreDefinition, result: ScoreResult): Exclusion[] {
  if (result.result === 'not_indicated') {
    const label = definition.results?.not_indicated
    return label ? [{ id: 'not_indicated', label, group: 'not_indicated' }] : []
  }
  const group = result.result === 'absolute_exclusion' ? 'absolute' : 'relative'
  return (result.triggered ?? []).flatMap((id) => {
    const label = labelOfExclusion(definition, id)
    return label ? [{ id, label, group }] : []
  })
}

function labelOfExclusion(definition: ScoreDefinition, id: string): Words | null {
  const entries = [...(definition.absolute ?? []), ...(definition.relative ?? []), ...definition.items]
  const rules = definition.evaluation as { absolute_when?: MeasuredRule[]; relative_when?: MeasuredRule[] }
  const measured = [...(rules.absolute_when ?? []), ...(rules.relative_when ?? [])].find((rule) => rule.id === id)
  return measured?.label ?? entries.find((entry) => entry.id === id)?.label ?? null
}

// What a history says without its when: it hints, the person answers.
const PAST_HINTS: Readonly<Record<string, readonly string[]>> = {
  stroke: ['prior_ich', 'head_trauma_or_stroke_3m', 'prior_severe_disability', 'prior_ich_or_unknown_stroke', 'ischaemic_stroke_3m', 'ischaemic_stroke_gt_3m'],
  tia: ['head_trauma_or_stroke_3m', 'ischaemic_stroke_3m'],
  bleeding_history: ['prior_ich', 'gi_gu_bleed_3w', 'active_visceral_bleed', 'bleeding_tendency', 'active_bleeding', 'internal_bleeding_4w', 'prior_ich_or_unknown_stroke'],
  surgery: ['major_surgery_2w', 'intracranial_spinal_surgery_3m', 'major_surgery_3w', 'intracranial_spinal_surgery_2m'],
  cancer: ['intracranial_tumour_or_giant_aneurysm', 'intracranial_malignancy'],
  coronary: ['mi_3m'],
  epilepsy: ['seizure_at_onset', 'stroke_mimic'],
  hypertension: ['chronic_severe_hypertension', 'refractory_hypertension'],
  pregnant: ['pregnancy'],
  liver: ['bleeding_tendency'],
}
const DRUG_HINTS: Readonly<Record<string, readonly string[]>> = {
  warfarin: ['thrombin_xa_inhibitor_48h', 'bleeding_tendency'],
  doac: ['thrombin_xa_inhibitor_48h'],
}

export interface Hint {
  /** chip of the history */
  chip: string
  of: string
  at: string | null
}

/** What the record says about an entry without answering it. */
export function hintsFor(id: string, folded: Folded): Hint[] {
  return folded.histories.flatMap((history) => {
    const named = (field: string, table: Readonly<Record<string, readonly string[]>>): string[] =>
      Array.isArray(history[field]) ? (history[field] as unknown[]).map(String).filter((chip) => Object.hasOwn(table, chip) && table[chip]!.includes(id)) : []
    return [...named('past', PAST_HINTS), ...named('medications', DRUG_HINTS)].map((chip) => ({ chip, of: history.entry.id, at: history.entry.at }))
  })
}

/** Entries that a history answers by itself, still for a person to accept: source under `answers.<id>`. */
export function tickProposals(definition: ScoreDefinition, folded: Folded, ticks: Ticks): Proposal[] {
  const entries = [...(definition.absolute ?? []), ...(definition.relative ?? [])].filter(({ id }) => typeof ticks[id] !== 'boolean')
  return entries.flatMap(({ id, label }) => {
    const found = id === 'pregnancy' ? fromPregnancy(folded) : fromHistory({ id, type: 'boolean', label }, folded)
    return found ? [found] : []
  })
}

/** A man is not pregnant; otherwise only a history answers. */
function fromPregnancy(folded: Folded): Proposal | null {
  const { patient } = folded
  if (patient?.sex === 'male') {
    const source: InputSource = { kind: 'patient', of: patient.entry.id, at: patient.entry.at, name: 'sex', value: 'male' }
    return { item: 'pregnancy', value: false, source, ageMinutes: null, isOld: false, needsOwnTap: false }
  }
  const history = [...folded.histories].reverse().find(({ past }) => Array.isArray(past) && past.includes('pregnant'))
  if (!history) return null
  const source: InputSource = { kind: 'history', of: history.entry.id, at: history.entry.at, name: 'past', value: 'pregnant' }
  return { item: 'pregnancy', value: true, source, ageMinutes: null, isOld: false, needsOwnTap: true }
}

export interface Evidence {
  kind: 'nihss' | 'ecg' | 'consent'
  at: string | null
  total?: number
}
const WANTS_NIHSS = new Set(['deficit_from_ischaemic_stroke', 'minor_nondisabling', 'rapid_improvement'])

/** What the record holds that bears on a question and cannot answer it: an NIHSS, an ECG, a signed consent. */
export function evidenceFor(id: string, folded: Folded): Evidence | null {
  const nihss = folded.scores.nihss?.at(-1)
  if (WANTS_NIHSS.has(id) && typeof nihss?.result?.total === 'number') return { kind: 'nihss', at: nihss.entry.at, total: nihss.result.total }
  const ecg = folded.media.filter((one) => one.purpose === 'ecg').at(-1)
  if (id === 'st_elevation_criteria' && ecg) return { kind: 'ecg', at: ecg.entry.at }
  const consent = folded.time_nodes.consent_end?.at(-1)
  return id === 'consent' && consent ? { kind: 'consent', at: consent.at } : null
}

export interface Confirmation {
  staff: string | null
  at: string | null
  verdict: string
  method: string
  /** A badge was read for it; otherwise somebody was chosen from a list, or a PIN of this device was typed. */
  isByBadge: boolean
}

/** What second persons said of a filled list, newest last. The person who filled it in is no second person. */
export function confirmationsOf(folded: Folded, filled: FoldedScore): Confirmation[] {
  return folded.attestations
    .filter((one) => one.of === filled.entry.id && one.attests === 'checklist' && one.entry.staff !== filled.entry.staff)
    .map(attestedBy)
}

/** Whether this person may confirm: known, and not the one who filled it in. */
export const mayConfirm = (filled: FoldedScore, staff: string | null | undefined): boolean => Boolean(staff) && filled.entry.staff !== staff
