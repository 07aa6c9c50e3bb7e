/** Definitions that labels need: read when first asked for, shown as soon as they are here. */
import { shallowReactive } from 'vue'
import { loadScore } from './store'
import type { ScoreDefinition } from './types'

const definitions = shallowReactive(new Map<string, ScoreDefinition | null>())

/** The definition; null until it is loaded, and for a score that this version does not know. */
export function definitionAtHand(id: string): ScoreDefinition | null {
  const known = definitions.get(id)
  if (known !== undefined) return known
  queueMicrotask(() => need(id))
  return null
}

function need(id: string): void {
  if (definitions.has(id)) return
  definitions.set(id, null)
  loadScore(id)
    .then(({ definition }) => definitions.set(id, definition))
    .catch((error: unknown) => console.info(`score ${id} has no definition here`, error))
}
