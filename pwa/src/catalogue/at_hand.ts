/** Definitions that labels need: read when first asked for, shown as soon as they are here. */
import { shallowReactive, watch } from 'vue'
import { siteDefinitions } from './site'
import { loadScore } from './store'
import type { ScoreDefinition } from './types'

const definitions = shallowReactive(new Map<string, ScoreDefinition | null>())
// What the site replaces while a screen is open is read anew by that screen.
watch(siteDefinitions, () => definitions.clear(), { flush: 'sync' })

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
