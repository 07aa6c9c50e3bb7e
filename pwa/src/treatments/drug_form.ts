/** The form of one drug: what is asked, what is still missing, what is recorded. The screen shows it. */
import { computed, shallowRef, type ComputedRef } from 'vue'
import type { Proven } from '../badges/store'
import type { DosingRules, DrugDefinition } from '../catalogue/definitions'
import type { Current } from '../encounters/current'
import { ageOf, openedAtOf } from '../encounters/identity'
import { useDraft } from '../shell/draft'
import { doseOf, excessOf, type DoseRule } from './rules'
import { checkWeight, weightOnRecord } from './weight'

export type CheckAnswer = 'yes' | 'no' | 'unknown'
export interface SecondCheck {
  state: 'staff' | 'named' | 'nobody' | ''
  staff: string
  name: string
}
export interface DrugForm {
  isIndicated: boolean
  weight: string
  weightSource: string
  answers: Record<string, CheckAnswer>
  second: SecondCheck
  dose: string
  unit: string
  route: string
  part: string
  isDoseUnknown: boolean
  statedAt: string
}
export type Missing = 'missIndication' | 'missWeight' | 'missSource' | 'missChecks' | 'missSecond' | 'missDose'

const routeOf = (rule: DoseRule | null): string => {
  const said = String(rule?.route ?? '').toLowerCase()
  return said.startsWith('oral') ? 'po' : said.startsWith('im') ? 'im' : said.startsWith('iv') ? 'iv' : ''
}

export const emptyForm = (drug: DrugDefinition): DrugForm => ({
  isIndicated: false,
  weight: '',
  weightSource: '',
  answers: {},
  second: { state: '', staff: '', name: '' },
  dose: '', // what was given is typed, never taken over from the working
  unit: 'mg',
  route: routeOf(drug.dose_rule),
  part: '',
  isDoseUnknown: false,
  statedAt: '',
})

export function useDrugForm(current: Current, drug: DrugDefinition, rules: DosingRules, key: string, before: Partial<DrugForm>) {
  const { form, clear } = useDraft<DrugForm>(key, { ...emptyForm(drug), ...before })
  const rule = drug.dose_rule as DoseRule | null
  const age = computed(() => ageOf(current.folded.value.patient, openedAtOf(current.folded.value))?.years ?? null)
  const weight = computed(() => (/^\d+(\.\d*)?$/.test(form.weight) ? Number(form.weight) : null))
  const weightState = computed(() => checkWeight(rules.weight, weight.value))
  const usableWeight = computed(() => (weightState.value === 'refused' ? null : weight.value))
  const facts = computed(() => ({ weight_kg: usableWeight.value, age_years: age.value }))
  const dose = computed(() => doseOf(rule, facts.value))
  const asksWeight = computed(() => {
    const bare = doseOf(rule, { age_years: age.value })
    return bare.status === 'incomplete' && bare.missing.includes('weight_kg')
  })
  const asksSecond = computed(() => {
    const isComputed = asksWeight.value && rules.two_person_when.includes('computed')
    return isComputed || (drug.is_lytic && rules.two_person_when.includes('lytic'))
  })
  const typedDose = computed(() => (form.dose === '' ? null : Number(form.dose)))
  const excess = computed(() => excessOf(rule, { dose: typedDose.value ?? undefined, unit: form.unit }, facts.value))
  const doubts = computed(() => (drug.checks ?? []).filter((check) => form.answers[check.id] && form.answers[check.id] !== check.expected))
  const missing = computed(() => missingOf(form, drug, { asksWeight, asksSecond, weightState, dose: typedDose }))
  // Not in the draft: what a badge proves with is never stored. After a reload the second person taps again.
  const proof = shallowRef<Proven | null>(null)
  const known = computed(() => weightOnRecord(current.folded.value))
  return { form, clear, rule, age, weight, weightState, dose, asksWeight, asksSecond, typedDose, excess, doubts, missing, known, proof }
}
export type DrugFormState = ReturnType<typeof useDrugForm>

function missingOf(
  form: DrugForm,
  drug: DrugDefinition,
  ask: { asksWeight: ComputedRef<boolean>; asksSecond: ComputedRef<boolean>; weightState: ComputedRef<string>; dose: ComputedRef<number | null> },
): Missing[] {
  const found: Missing[] = []
  if (drug.dose_rule && !form.isIndicated) found.push('missIndication')
  if (ask.asksWeight.value) {
    if (ask.weightState.value === 'empty' || ask.weightState.value === 'refused') found.push('missWeight')
    else if (!form.weightSource) found.push('missSource')
  }
  if ((drug.checks ?? []).some((check) => !form.answers[check.id])) found.push('missChecks')
  const { state, staff, name } = form.second
  if (ask.asksSecond.value && !(state === 'nobody' || (state === 'staff' && staff) || (state === 'named' && name.trim()))) found.push('missSecond')
  if (!form.isDoseUnknown && !ask.dose.value) found.push('missDose')
  return found
}

/** The body of a `medication` document: what was given, and everything that was asked and computed for it. */
export function bodyOf(state: DrugFormState, drug: DrugDefinition, definition: { version: string; hash: string }, cautions: readonly string[] = []): Record<string, unknown> {
  const { form, dose, excess, typedDose, weight, asksWeight, asksSecond } = state
  const { status, steps: _, ...figures } = { steps: null, ...dose.value }
  return {
    drug: drug.id,
    ...(form.isDoseUnknown ? {} : { dose: typedDose.value, unit: form.unit }),
    ...(form.route ? { route: form.route } : {}),
    ...(form.part ? { part: form.part } : {}),
    ...(form.isIndicated ? { indicated: true } : {}),
    ...(asksWeight.value ? { weight_kg: weight.value, weight_source: form.weightSource } : {}),
    ...(drug.checks?.length ? { checks: { ...form.answers } } : {}),
    ...(asksSecond.value ? { second_check: secondBody(form.second, state.proof.value) } : {}),
    ...(status === 'computed' || status === 'fixed' ? { rule: { status, ...figures } } : {}),
    ...(excess.value || cautions.length ? { confirmed: [...(excess.value ? ['dose'] : []), ...cautions] } : {}),
    definition,
  }
}

function secondBody(second: SecondCheck, proof: Proven | null): Record<string, unknown> {
  if (second.state === 'nobody') return { done: false }
  if (proof) return { done: true, staff: proof.staff.id, method: proof.method, ...(proof.claims ? { badge: proof.claims.badge } : {}) }
  return second.state === 'staff' ? { done: true, staff: second.staff } : { done: true, name: second.name.trim() }
}
