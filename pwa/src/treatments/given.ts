/** What was done and given, in words: fields of the catalogue, clocks, doses, the second person. */
import { labelOf } from '../catalogue/labels'
import { drugWord, procedures, procedureWord } from '../catalogue/shelf'
import { drugRouteWord } from '../encounters/drug_routes'
import { methodWord } from '../badges/telling'
import type { Body } from '../encounters/types'
import { t } from '../language'
import { staffName } from '../sync/roster'
import type { DrugForm } from './drug_form'
import { words } from './words'

const text = (value: unknown): string => (typeof value === 'string' || typeof value === 'number' ? String(value) : '')

/** "左上肢 · 18 G" of what was noted of a procedure; what this version does not know stays as it was written. */
export function fieldTexts(body: Body): string[] {
  const fields = procedures.value[text(body.procedure)]?.fields ?? []
  return fields.flatMap((field) => {
    const value = body[field.id]
    if (value === undefined || value === null || value === '') return []
    if (value === 'unknown' && field.may_be_unknown) return [`${labelOf(field.label)} ${t(words.energyUnknown)}`]
    if (field.type === 'choice') {
      const option = field.options?.find((one) => one.value === value)
      return [option ? labelOf(option.label) : text(value)]
    }
    return [`${field.unit ? '' : `${labelOf(field.label)} `}${text(value)}${field.unit ? ` ${field.unit}` : ''}`]
  })
}

export function siteWord(procedure: string, site: string | null): string {
  if (!site) return ''
  const field = procedures.value[procedure]?.fields?.find((one) => one.id === 'site')
  const option = field?.options?.find((one) => one.value === site)
  return option ? labelOf(option.label) : site
}

function clockText(body: Body): string {
  if (body.clock === 'end') return body.procedure === 'cpr' ? t(body.outcome === 'rosc' ? words.cprEnded_rosc : words.cprEnded_stopped) : t(words.event_end)
  if (body.clock === 'pause') return t(words.event_pause)
  if (body.clock === 'resume') return t(words.event_resume)
  return body.clock === 'start' && body.procedure === 'cpr' ? t(words.event_start) : ''
}

/** One line of a procedure: "止血带 · 左下肢". */
export function procedureText(body: Body): string {
  const name = body.procedure ? procedureWord(text(body.procedure)) : ''
  return [name, clockText(body), ...fieldTexts(body), text(body.text), text(body.detail)].filter(Boolean).join(' · ')
}

const PARTS: Record<string, (typeof words)[keyof typeof words]> = { bolus: words.partBolus, infusion: words.partInfusion }

/** One line of a drug: "阿替普酶 6.3 mg 推注 静注". */
export function medicationText(body: Body): string {
  const name = body.drug ? drugWord(text(body.drug)) : text(body.text)
  const dose = [text(body.dose), text(body.unit)].filter(Boolean).join(' ')
  const part = PARTS[text(body.part)]
  return [name, dose, part ? t(part) : '', drugRouteWord(body.route)].filter(Boolean).join(' ')
}

/** What stands behind it: weight with its source, who checked. */
export function medicationProof(body: Body): string {
  const parts: string[] = []
  if (typeof body.weight_kg === 'number') parts.push(`${body.weight_kg} kg`)
  const second = body.second_check as Body | undefined
  if (second) parts.push(second.done === false ? t(words.secondNone) : `${t(words.secondPerson)} ${second.staff ? staffName(text(second.staff)) : text(second.name)} (${methodWord(text(second.method))})`)
  if (Array.isArray(body.confirmed) && body.confirmed.some((one) => one !== 'dose')) parts.push(t(words.hadCautions))
  return parts.join(' · ')
}

/** A recorded drug as the form that corrects it. */
export function formOf(body: Body): Partial<DrugForm> {
  const second = body.second_check as Body | undefined
  return {
    isIndicated: body.indicated === true,
    weight: text(body.weight_kg),
    weightSource: text(body.weight_source),
    answers: { ...((body.checks ?? {}) as DrugForm['answers']) },
    second: {
      state: !second ? '' : second.done === false ? 'nobody' : second.staff ? 'staff' : 'named',
      staff: text(second?.staff),
      name: text(second?.name),
    },
    dose: text(body.dose),
    unit: text(body.unit) || 'mg',
    route: text(body.route),
    part: text(body.part),
    isDoseUnknown: body.dose === undefined,
  }
}
