/**
 * What every form of a score shares: the answers as a draft that survives a reload, where each came from, the running
 * result, and the one document (or several) that saving writes. Forms differ only in how they ask.
 */
import { computed } from 'vue'
import { useRouter } from 'vue-router'
import { showToast } from '../../design/toast'
import { useCurrent } from '../../encounters/current'
import { useSaving } from '../../encounters/saving'
import { ageOf, openedAtOf } from '../../encounters/identity'
import { recordAll } from '../../encounters/store'
import { t } from '../../language'
import { useDraft } from '../../shell/draft'
import { useNow } from '../../shell/now'
import { ageMismatch } from '../age_fit'
import { evaluateScore, faultsOf, itemsOf } from '../evaluate_score'
import { knownValues, withRunningMinutes, type InputSource, type Proposal } from '../known_values'
import { scoreShortName } from '../labels'
import { scoreTotalWords } from '../score_words'
import type { LoadedScore } from '../store'
import type { Item, ScoreResult } from '../types'
import { words } from '../words'
import { scoreBody } from './score_body'

export interface ScoreDraft {
  inputs: Record<string, unknown>
  /** Why an item was untestable. */
  why: Record<string, string>
  sources: Record<string, InputSource>
  /** Items that one tap called normal; confirmed by saving. */
  filled: string[]
  /** What a form keeps besides the answers. */
  detail: Record<string, unknown>
  step: 'known' | 'ask' | 'review'
  at: number
}

export type ScoreForm = ReturnType<typeof useScoreForm>

export function useScoreForm({ definition, stamp }: LoadedScore) {
  const { id } = definition
  const current = useCurrent()
  const router = useRouter()
  const { save, isSaving, problem } = useSaving()
  const now = useNow()
  const minute = computed(() => Math.floor(now.value / 60_000) * 60_000)
  const { form, clear } = useDraft<ScoreDraft>(`score.${id}.${current.id}`, {
    inputs: {}, why: {}, sources: {}, filled: [], detail: {}, step: 'known', at: 0,
  })

  const onsetMinutes = computed(() => withRunningMinutes({}, form.sources, now.value).onset_min)
  // A plain copy: the evaluator asks Object.hasOwn, which a reactive object does not notice, so that a first answer
  // would never be counted.
  const inputs = computed((): Record<string, unknown> => ({ ...form.inputs, ...(onsetMinutes.value === undefined ? {} : { onset_min: onsetMinutes.value }) }))
  // One list for ever where answers do not choose it: what hangs on it is then not read anew at every tap.
  const extra = definition.extra_inputs ?? []
  const all = definition.variants ? null : [...itemsOf(definition, {}), ...extra]
  const items = computed((): Item[] => all ?? [...itemsOf(definition, inputs.value), ...extra])
  const faults = computed(() => faultsOf(definition, inputs.value))
  const result = computed((): ScoreResult => evaluateScore(definition, inputs.value))
  const isDone = computed(() => result.value.status !== 'incomplete' && result.value.status !== 'invalid')
  const known = computed(() => knownValues(id, items.value, current.folded.value, minute.value))
  const proposals = computed(() => known.value.filter(({ item }) => isOpen(item)))

  const isOpen = (item: string): boolean => form.inputs[item] === undefined || form.inputs[item] === ''
  function forget(item: string): void {
    delete form.why[item]
    delete form.sources[item]
    // Every change writes the draft: none where nothing changes.
    if (form.filled.includes(item)) form.filled = form.filled.filter((one) => one !== item)
  }
  /** A person's own answer: where an earlier one came from no longer counts. */
  function answer(item: string, value: unknown): void {
    forget(item)
    if (value === undefined || value === '') delete form.inputs[item]
    else form.inputs[item] = value
  }
  function setUntestable(item: string, value: unknown, reason: string): void {
    answer(item, value)
    form.why[item] = reason
  }
  /** Takes over what the record knows, by a person's tap. */
  function take(proposal: Proposal): void {
    answer(proposal.item, proposal.value)
    form.sources[proposal.item] = proposal.source
    if (proposal.why) form.why[proposal.item] = proposal.why
  }

  /** What was rated although the score is not made for this age says so for ever. */
  function outsideAge(one: LoadedScore['definition']): Record<string, number> {
    const found = ageMismatch(one, ageOf(current.folded.value.patient, openedAtOf(current.folded.value))?.years ?? null)
    return found ? { outside_age: found.years } : {}
  }

  /** Writes this score, and others of the same entry, all or none; then back to the patient. */
  async function keep(others: readonly LoadedScore[] = []): Promise<void> {
    const bodies = [{ definition, stamp }, ...others].map((one) => scoreBody(one, inputs.value, { ...form, detail: { ...form.detail, ...outsideAge(one.definition) } }))
    const written = await save(() => recordAll(current.id, bodies.map((body) => ({ kind: 'score', body }))))
    if (!written) return
    clear()
    const said = bodies.map((body) => {
      const { total, beside } = scoreTotalWords(body.result, body.score, body.inputs)
      return `${scoreShortName(body.score)} ${total === '—' ? beside : total}`
    })
    showToast({ title: said.join(' · '), detail: t(words.saved, { score: scoreShortName(id) }) })
    await router.push(`/e/${current.id}`)
  }

  return { definition, stamp, form, inputs, items, faults, result, isDone, proposals, minute, isOpen, answer, setUntestable, take, keep, isSaving, problem, current }
}
