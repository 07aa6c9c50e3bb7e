/** The catalogue as the crew's forms need it: words, chips, drugs and the pathway's line. Loaded with the screens. */
import { t } from '../language'
import { labelOf } from './labels'
import type { Words } from './types'

export interface ChipSet {
  id: string
  kind: string
  label: Words
  symptom?: string
  chips: { id: string; label: Words }[]
}
export interface Procedure {
  id: string
  order: number
  label: Words
  group?: string
  time_node?: string
  detail?: { id: string; label: Words; unit?: string; choices: (string | number)[] }
}
export interface Drug {
  id: string
  order: number
  label: Words
  indication?: Words
  checks?: Words[]
  dose_rule: Record<string, unknown> | null
}
export interface TimeNode {
  id: string
  order: number
  label: Words
  short?: Words
  phase: string
  entry?: string
  derived_from?: { from: string; any_of?: string[] }[]
}
export interface Pathway {
  id: string
  label: Words
  onset_timer: { from: string[]; label: Words; window: { minutes: number; label: Words } | null } | null
  line: { node: string; shown?: string; indicator?: string; expected_from?: string }[]
  steps: { kind: string; ref: string | null; label: Words }[]
  scores: { first: string[]; more: string[] }
  procedures: string[]
  nodes: { prehospital: string[]; hospital: string[] }
}

function shelf<T extends { id: string; order?: number }>(files: Record<string, T>): Map<string, T> {
  const things = Object.values(files).sort((a, b) => (a.order ?? 0) - (b.order ?? 0))
  return new Map(things.map((thing) => [thing.id, thing]))
}

const chipSets = shelf(import.meta.glob<ChipSet>('@catalogue/chips/*.json', { eager: true, import: 'default' }))
export const procedures = shelf(import.meta.glob<Procedure>('@catalogue/procedures/*.json', { eager: true, import: 'default' }))
export const drugs = shelf(import.meta.glob<Drug>('@catalogue/drugs/*.json', { eager: true, import: 'default' }))
const nodes = shelf(import.meta.glob<TimeNode>('@catalogue/time_nodes/*.json', { eager: true, import: 'default' }))
const pathways = shelf(import.meta.glob<Pathway>('@catalogue/pathways/*.json', { eager: true, import: 'default' }))
const targets = shelf(
  import.meta.glob<{ id: string; target_minutes?: number }>('@catalogue/indicators/*.json', { eager: true, import: 'default' }),
)

/** The pathway, or the general one for a pathway that this version does not know. */
export function pathwayOf(id: string | null): Pathway {
  const found = pathways.get(id ?? '') ?? pathways.get('general')
  if (!found) throw new Error('the catalogue has no general pathway')
  return found
}
export const nodeOf = (id: string): TimeNode | undefined => nodes.get(id)
export const chipsOf = (id: string): ChipSet | undefined => chipSets.get(id)

/** Chips of the complaint for a symptom; the general ones where the symptom has none. */
export function complaintChips(symptom: string | null, pathway: string | null): ChipSet[] {
  const own = chipSets.get(`complaint_${symptom ?? ''}`) ?? chipSets.get(`complaint_${pathway ?? ''}`)
  const other = chipSets.get('complaint_other')
  return [own, other].filter((set, i, all): set is ChipSet => set !== undefined && all.indexOf(set) === i)
}

export function nodeWord(id: string, short = false): string {
  const node = nodes.get(id)
  return node ? labelOf((short && node.short) || node.label) : id
}
/** Minutes that an indicator aims at; null where it has none. */
export const targetMinutes = (indicator: string): number | null => targets.get(indicator)?.target_minutes ?? null

export function drugWord(id: string): string {
  const drug = drugs.get(id)
  return drug ? labelOf(drug.label) : id
}
export function procedureWord(id: string): string {
  const procedure = procedures.get(id)
  return procedure ? labelOf(procedure.label) : id
}
/** A chip by its id, in any set: what was stored as an id is shown as a word, what was typed as it is. */
export function chipWord(id: string): string {
  for (const set of chipSets.values()) {
    const chip = set.chips.find((one) => one.id === id)
    if (chip) return t(chip.label)
  }
  return id
}
