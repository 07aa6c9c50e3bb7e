/** Findings as they are stored (`exam`: a code for each finding) and as they are said. */
import { shallowRef } from 'vue'
import type { ExaminationDefinition } from '../catalogue/definitions'
import { labelOf } from '../catalogue/labels'
import { loadExamination } from '../catalogue/store'
import type { Body } from '../encounters/types'
import { t } from '../language'
import { words } from './words'

export const findings = shallowRef<Readonly<Record<string, ExaminationDefinition>>>({})
let asked: Promise<void> | null = null

/** Loads the findings once; their words appear as soon as they are here. */
export function needFindings(): Promise<void> {
  asked ??= loadExamination().then((loaded) => void (findings.value = loaded))
  asked.catch((error: unknown) => {
    asked = null // asked again by the next screen
    console.error('examination: findings did not load', error)
  })
  return asked
}

/** Every finding that nobody has answered, as its normal one: answers that were given stay. */
export function restNormal(definitions: readonly ExaminationDefinition[], answers: Readonly<Record<string, string[]>>): Record<string, string[]> {
  return Object.fromEntries(definitions.map((one) => [one.id, answers[one.id]?.length ? answers[one.id]! : [one.normal]]))
}

/** One more tap on a finding: normal and abnormal cannot both be true; several abnormal ones can. */
export function tapped(definition: ExaminationDefinition, chosen: readonly string[], value: string): string[] {
  if (chosen.includes(value)) return chosen.filter((one) => one !== value)
  return value === definition.normal ? [value] : [...chosen.filter((one) => one !== definition.normal), value]
}

/** "气道 通畅 · 皮肤 苍白、湿冷": abnormal findings first, for they are what is read. */
export function examText(body: Body): string {
  const said: [boolean, string][] = []
  for (const [id, value] of Object.entries(body)) {
    const definition = findings.value[id]
    if (!definition || !Array.isArray(value)) continue
    const names = value.map((one) => labelOf(definition.options.find((option) => option.value === one)?.label ?? { zh: String(one), en: String(one) }))
    said.push([value.includes(definition.normal), `${labelOf(definition.label)} ${names.join('+')}`])
  }
  if (typeof body.weight_kg === 'number') said.push([true, t(words.weight, { kg: body.weight_kg })])
  return said.sort(([a], [b]) => Number(a) - Number(b)).map(([, text]) => text).join(' · ')
}
