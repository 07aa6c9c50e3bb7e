/** The steps of a dose as sentences: each with its numbers, none an order. */
import { t } from '../language'
import type { Dose, Step } from './rules'
import { words } from './words'

const over = (minutes: number | null): string => (minutes === null ? '' : t(words.over, { minutes }))

function range(step: Extract<Step, { kind: 'tier' }>): string {
  if (step.min_kg === null) return `< ${step.max_kg_exclusive} kg`
  return step.max_kg_exclusive === null ? `≥ ${step.min_kg} kg` : `${step.min_kg} – < ${step.max_kg_exclusive} kg`
}

export function stepText(step: Step): string {
  switch (step.kind) {
    case 'per_kg':
      return t(words.perKg, { perKg: step.mg_per_kg, weight: step.weight_kg, mg: step.mg })
    case 'cap':
      return step.is_capped ? t(words.capped, { max: step.max_mg, before: step.mg_before }) : t(words.notCapped, { max: step.max_mg })
    case 'tier':
      return t(words.tier, { weight: step.weight_kg, range: range(step), mg: step.mg })
    case 'age_factor':
      return t(words.ageFactor, { years: step.from_years, factor: step.factor, before: step.mg_before, mg: step.mg })
    case 'above_kg':
      return t(words.aboveKg, { kg: step.kg })
    case 'bolus':
      return t(words.bolus, { percent: Math.round(step.fraction * 100), total: step.total_mg, fraction: step.fraction, mg: step.mg, over: over(step.minutes) })
    case 'infusion':
      return t(words.infusion, { total: step.total_mg, bolus: step.bolus_mg, mg: step.mg, over: over(step.minutes) })
    case 'part': {
      const after = step.after_minutes === null ? '' : t(words.afterMinutes, { minutes: step.after_minutes })
      return t(words.part, { n: step.part, mg: step.mg, over: over(step.minutes) + after, route: step.route ? ` ${step.route}` : '' })
    }
  }
}

/** "300 mg", "0.3–0.5 mg" or "300 / 600 mg" of a rule without weight. */
export function referenceText(dose: Extract<Dose, { status: 'fixed' }>): string {
  const amounts = dose.choices_mg.join(dose.is_range ? '–' : ' / ')
  return t(words.reference, { mg: amounts }) + over(dose.minutes)
}
