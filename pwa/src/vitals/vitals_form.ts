/** The entry of vital signs: what is keyed in, what is refused, asked or alarming, and the facts that saving writes. */
import { computed, ref, shallowRef } from 'vue'
import { loadScore, vitalFields, type LoadedScore } from '../catalogue/store'
import { alarmOf, checkValue, hasAdultLimits, pairProblem } from '../catalogue/vital_limits'
import type { Current } from '../encounters/current'
import { ageOf, openedAtOf } from '../encounters/identity'
import { t } from '../language'
import { useDraft } from '../shell/draft'
import { EARLY_WARNINGS, earlyWarning, type EarlyWarning, type Warning } from './early_warning'
import { numberOf, stepped, typed, type EntryField } from './entry'
import { fieldWord } from './field_words'
import { words } from './words'

const FIRST = ['sbp', 'dbp', 'hr', 'spo2', 'rr', 'temp', 'glucose', 'pain']
export const MORE_FIELDS = ['pulse', 'etco2']

/** C: awake and newly confused. AVPU has no such letter; it is stored as A with `new_confusion`. */
export type Consciousness = '' | 'A' | 'C' | 'V' | 'P' | 'U'

interface Form {
  values: Record<string, string>
  missing: Record<string, string>
  avpu: Consciousness
  oxygen: '' | 'yes' | 'no'
  selected: string
  showsMore: boolean
}
const EMPTY: Form = { values: {}, missing: {}, avpu: '', oxygen: '', selected: 'sbp', showsMore: false }

export function useVitalsForm(current: Current) {
  const { form, clear } = useDraft<Form>(`vitals.${current.id}`, EMPTY)
  const isFresh = ref(true)
  const shown = computed(() => (form.showsMore ? [...FIRST, ...MORE_FIELDS] : FIRST).filter((id) => vitalFields[id]))
  const field = computed((): EntryField => vitalFields[form.selected] ?? { id: form.selected, type: 'integer' })
  const ageYears = computed(() => ageOf(current.folded.value.patient, openedAtOf(current.folded.value))?.years ?? null)
  const hasLimits = computed(() => hasAdultLimits(ageYears.value))
  const filled = computed(() => Object.keys(form.values).filter((id) => form.values[id]))
  const values = computed(() => valuesOf(form, filled.value))

  function last(id: string): number | null {
    const value = current.folded.value.vitals.latest[id]?.value
    return typeof value === 'number' ? value : null
  }
  function isImpossible(id: string): boolean {
    const value = numberOf(form.values[id] ?? '')
    const definition = vitalFields[id]
    return value !== null && definition !== undefined && checkValue(definition, value).verdict === 'refused'
  }
  function alarm(id: string): 'low' | 'high' | null {
    const definition = vitalFields[id]
    const value = numberOf(form.values[id] ?? '')
    return definition && value !== null && !isImpossible(id) ? alarmOf(definition, value, ageYears.value) : null
  }
  function select(id: string): void {
    form.selected = id
    isFresh.value = true
  }
  function press(key: string): void {
    if (key === 'unrecordable') return setMissing('unrecordable')
    isMeasured(form.selected)
    const before = isFresh.value ? '' : (form.values[form.selected] ?? '')
    form.values[form.selected] = typed(before, key, field.value)
    isFresh.value = false
  }
  function erase(): void {
    isMeasured(form.selected)
    form.values[form.selected] = numberOf(form.values[form.selected] ?? '') === null ? '' : (form.values[form.selected] ?? '').slice(0, -1)
    isFresh.value = false
  }
  function step(direction: -1 | 1): void {
    isMeasured(form.selected)
    form.values[form.selected] = stepped(form.values[form.selected] ?? '', direction, field.value, last(form.selected))
    isFresh.value = true
  }
  /** A value after all: what was said of both numbers of a pressure is taken back for both. */
  function isMeasured(id: string): void {
    if (id === 'sbp' && form.missing.sbp && form.missing.dbp === form.missing.sbp) delete form.missing.dbp
    delete form.missing[id]
  }
  function setMissing(reason: string): void {
    form.values[form.selected] = ''
    form.missing[form.selected] = reason
    // A pressure is one measurement: where the upper number could not be had, the lower one was not either.
    if (form.selected === 'sbp' && !form.values.dbp) form.missing.dbp = reason
  }
  function setText(text: string): void {
    delete form.missing[form.selected]
    form.values[form.selected] = text
    isFresh.value = true
  }
  const alarms = computed(() => shown.value.filter((id) => alarm(id)))
  const impossible = computed(() => shown.value.filter(isImpossible))
  const count = computed(() => filled.value.length + Object.keys(form.missing).length + (form.avpu ? 1 : 0) + (form.oxygen ? 1 : 0))
  const nextField = computed(() => shown.value[(shown.value.indexOf(form.selected) + 1) % shown.value.length] ?? 'sbp')
  const unusual = computed(() => filled.value.flatMap((id) => unusualLine(id, form.values[id] ?? '')))
  const pressureOrder = computed(() => pressureLine(form.values))
  return {
    form, clear, shown, field, ageYears, hasLimits, filled, values, last, isImpossible, alarm, select, press, erase, step, setMissing, setText,
    alarms, impossible, count, nextField, unusual, pressureOrder, ...useWarnings(values, ageYears),
  }
}
export type VitalsFormState = ReturnType<typeof useVitalsForm>

/** What the set says: numbers, device texts, consciousness, oxygen. Nothing that was not entered is in it. */
function valuesOf(form: Form, filled: readonly string[]): Record<string, unknown> {
  const values: Record<string, unknown> = {}
  for (const id of filled) values[id] = numberOf(form.values[id] ?? '') ?? form.values[id]
  if (form.avpu) values.avpu = form.avpu === 'C' ? 'A' : form.avpu
  if (form.avpu === 'C') values.new_confusion = true
  if (form.oxygen) values.on_oxygen = form.oxygen === 'yes'
  return values
}

function unusualLine(id: string, text: string): { id: string; text: string }[] {
  const definition = vitalFields[id]
  const value = numberOf(text)
  const said = definition && value !== null ? checkValue(definition, value) : null
  if (value === null || said?.verdict !== 'confirm') return []
  return [{ id, text: t(words.confirmLine, { field: fieldWord(id), value, min: said.min ?? '', max: said.max ?? '' }) }]
}

function pressureLine(values: Readonly<Record<string, string>>): string {
  const sbp = numberOf(values.sbp ?? '')
  const dbp = numberOf(values.dbp ?? '')
  if (sbp === null || dbp === null) return ''
  return pairProblem(vitalFields, { sbp, dbp }) ? t(words.pressureOrder, { sbp, dbp }) : ''
}

function useWarnings(values: { readonly value: Record<string, unknown> }, ageYears: { readonly value: number | null }) {
  const definitions = shallowRef<Partial<Record<EarlyWarning, LoadedScore>>>({})
  for (const id of EARLY_WARNINGS) {
    loadScore(id).then(
      (loaded) => (definitions.value = { ...definitions.value, [id]: loaded }),
      (error: unknown) => console.error(`vitals: ${id} did not load`, error),
    )
  }
  const warnings = computed(() => {
    const found: Partial<Record<EarlyWarning, Warning>> = {}
    for (const id of EARLY_WARNINGS) {
      const loaded = definitions.value[id]
      if (loaded) found[id] = earlyWarning(id, loaded.definition, values.value, ageYears.value)
    }
    return found
  })
  return { definitions, warnings }
}

/** The documents of one save: the set, and each early warning score that it has all values for. */
export function factsOf(state: VitalsFormState): { kind: string; body: Record<string, unknown> }[] {
  const { form, values, unusual, warnings, definitions } = state
  const body: Record<string, unknown> = { ...values.value }
  if (Object.keys(form.missing).length > 0) body.not_measurable = { ...form.missing }
  if (unusual.value.length > 0) body.confirmed = unusual.value.map((line) => line.id)
  const scores = EARLY_WARNINGS.flatMap((id) => {
    const warning = warnings.value[id]
    if (warning?.state !== 'complete') return []
    const { inputs, result } = warning
    return [{ kind: 'score', body: { score: id, inputs, result: { ...result }, definition: definitions.value[id]!.stamp, from: 'vitals' } }]
  })
  return [{ kind: 'vitals', body }, ...scores]
}
