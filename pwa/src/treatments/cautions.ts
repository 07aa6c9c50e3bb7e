/** What the record says against a drug, or wants looked at again, before it is recorded as given. Pure: words come in. */
import type { DrugDefinition } from '../catalogue/definitions'
import type { Folded } from '../encounters/types'
import type { DoseRule } from './rules'

export type CautionId = 'allergy' | 'not_with' | 'given_before' | 'checklist_excludes' | 'checklist_open' | 'checks'
export interface Caution {
  id: CautionId
  /** What it is about: the allergy, the other drug, the entry of the earlier dose. */
  about: string
}

const NOT_AN_ALLERGY = new Set(['none', 'unknown'])

export function allergiesOf(folded: Pick<Folded, 'histories'>): string[] {
  return [...new Set(folded.histories.flatMap((one) => (Array.isArray(one.allergies) ? (one.allergies as string[]) : [])))]
}

/** The name of a drug without what stands in brackets, as people say it. */
const bare = (name: string): string => (name.split(/[（(]/)[0] ?? '').trim().toLowerCase()

/** An allergy to this very drug: by its id, or by its name within what somebody wrote. Families of drugs are not guessed. */
export function allergyTo(drug: Pick<DrugDefinition, 'id' | 'label'>, allergies: readonly string[]): string | null {
  const names = [drug.label.zh, drug.label.en].map(bare).filter((name) => name.length > 1)
  return allergies.find((one) => !NOT_AN_ALLERGY.has(one) && (one === drug.id || names.some((name) => one.toLowerCase().includes(name)))) ?? null
}

/** `corrects`: the entry that this one replaces, which is no earlier dose. */
export function cautionsOf(drug: DrugDefinition, folded: Folded, corrects = ''): Caution[] {
  const found: Caution[] = []
  const allergy = allergyTo(drug, allergiesOf(folded))
  if (allergy) found.push({ id: 'allergy', about: allergy })
  const others = folded.medications.filter((one) => one.entry.id !== corrects)
  const clash = others.find((one) => drug.not_with?.includes(String(one.drug)))
  if (clash) found.push({ id: 'not_with', about: String(clash.drug) })
  // A dose that is repeated by its rule, or has none, is often given again; a loading dose or a lysis is not.
  const rule = drug.dose_rule as DoseRule | null
  const before = rule && !rule.repeat_min ? others.filter((one) => one.drug === drug.id).at(-1) : undefined
  if (before) found.push({ id: 'given_before', about: before.entry.id })
  if (drug.checklist) {
    const last = folded.scores[drug.checklist]?.at(-1)?.result?.result
    if (last === 'absolute_exclusion' || last === 'relative_caution' || last === 'not_indicated') found.push({ id: 'checklist_excludes', about: drug.checklist })
    else if (last !== 'no_exclusion_found') found.push({ id: 'checklist_open', about: drug.checklist })
  }
  return found
}
