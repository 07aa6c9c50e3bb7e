// Checklists of contraindications. The result is what was found, never "give".
// Twin: server/catalogue/score_kinds/checklist.py.
import type { Condition, Inputs, ScoreDefinition, ScoreResult, Tick } from '../types'
import { isMap, read, readAnswers, type Answers } from './answers'
import { anyHolds, type Known } from './conditions'
import { withoutTotal } from './results'

interface MeasuredRule {
  id: string
  any: Condition[]
}

interface ChecklistRules {
  absolute_when: MeasuredRule[]
  not_indicated_when: Condition[]
  incomplete_when: Condition[]
  relative_when: MeasuredRule[]
}

// Absolute exclusion, then not indicated, then incomplete, then relative caution, then no exclusion found.
// One absolute exclusion is decisive although other answers are missing; an invalid answer never is.
export function evaluateChecklist(definition: ScoreDefinition, inputs: Inputs): ScoreResult {
  const rules = definition.evaluation as unknown as ChecklistRules
  const answers = readAnswers(definition.items, inputs)
  const ticks = readTicks(definition, read(inputs, 'answers'), answers)
  if (answers.invalid.length > 0) return withoutTotal('invalid', { result: null })
  const known = answers.values
  const absolute = triggered(definition.absolute ?? [], ticks, rules.absolute_when, known)
  if (absolute.length > 0) return withoutTotal('complete', { result: 'absolute_exclusion', triggered: absolute })
  if (anyHolds(rules.not_indicated_when, known)) return withoutTotal('complete', { result: 'not_indicated' })
  if (answers.missing.length > 0 || anyHolds(rules.incomplete_when, known)) {
    return withoutTotal('incomplete', { result: null })
  }
  const relative = triggered(definition.relative ?? [], ticks, rules.relative_when, known)
  if (relative.length > 0) return withoutTotal('complete', { result: 'relative_caution', triggered: relative })
  return withoutTotal('complete', { result: 'no_exclusion_found' })
}

// The yes/no answers. A tick that the list does not know is invalid: it may be from another version of the list.
export function readTicks(definition: ScoreDefinition, given: unknown, answers: Answers): Map<string, boolean> {
  const ticks = new Map<string, boolean>()
  const names = [...(definition.absolute ?? []), ...(definition.relative ?? [])].map((entry) => entry.id)
  if (given === null || given === undefined) answers.missing.push('answers')
  else if (!isMap(given)) answers.invalid.push('answers')
  else {
    answers.invalid.push(...Object.keys(given).filter((name) => !names.includes(name)))
    for (const name of names) {
      const value = read(given, name)
      if (typeof value === 'boolean') ticks.set(name, value)
      else if (value === null || value === undefined) answers.missing.push(name)
      else answers.invalid.push(name)
    }
  }
  return ticks
}

// Ids of ticked entries and of measured values that lie beyond their limit.
function triggered(entries: Tick[], ticks: Map<string, boolean>, measured: MeasuredRule[], known: Known): string[] {
  const ticked = entries.filter((entry) => ticks.get(entry.id) === true).map((entry) => entry.id)
  return [...ticked, ...measured.filter((rule) => anyHolds(rule.any, known)).map((rule) => rule.id)]
}
