// A recorded score in words. The total is what was recorded with it, never computed again here.
import { shallowReactive } from 'vue'
import { labelOf } from '../../catalogue/labels'
import { loadScore } from '../../catalogue/store'
import type { ScoreDefinition } from '../../catalogue/types'
import type { FoldedScore } from '../types'

const definitions = shallowReactive(new Map<string, ScoreDefinition | null>())

/** The definition as soon as it is loaded; null before, and for a score this version does not know. */
function definitionOf(id: string): ScoreDefinition | null {
  return definitions.get(id) ?? null
}

/** Begins loading the definitions of these scores, each once. */
export function loadDefinitions(ids: readonly string[]): void {
  for (const id of ids) {
    if (definitions.has(id)) continue
    definitions.set(id, null)
    loadScore(id)
      .then(({ definition }) => definitions.set(id, definition))
      .catch((error: unknown) => console.info(`record: score ${id} has no definition here`, error))
  }
}

/** "14"; null when there is no total. */
export function totalText(score: FoldedScore): string | null {
  const total = score.result?.total
  return total === null || total === undefined ? null : String(total)
}

/** How many required answers are missing from an unfinished score; 0 for a finished one. */
export function missingCount(id: string, score: FoldedScore): number {
  if (score.result?.status !== 'incomplete') return 0
  const required = (definitionOf(id)?.items ?? []).filter((item) => item.required)
  return required.filter((item) => score.inputs[item.id] === undefined || score.inputs[item.id] === null).length
}

/** The band's label in the chosen language; its id when the definition is not here. */
export function bandText(id: string, score: FoldedScore): string {
  const band = score.result?.band
  if (typeof band !== 'string') return ''
  const found = definitionOf(id)?.bands.find((one) => one.id === band)
  return found ? labelOf(found.label) : band
}

/** The highest possible total, where the definition states one. */
export function maximumOf(id: string): number | null {
  return definitionOf(id)?.range?.max ?? null
}
