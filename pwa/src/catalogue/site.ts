// What the hub's site decided about the catalogue: definitions of its own, and what it has signed off. It comes with the
// roster, so that it holds offline. A definition that this version of the app cannot use is left out and named; the one
// that the app brings stays in its place.
import { computed, watch, type ComputedRef } from 'vue'
import { siteCatalogue } from '../sync/roster'
import { evaluateScore } from './evaluate_score'
import type { ScoreDefinition, SignedOff } from './types'

interface Entry {
  id: string
  order?: number
}
export interface SiteDefinition {
  folder: string
  id: string
  hash: string
  definition: Entry & Record<string, unknown>
}
interface Signature extends SignedOff {
  folder: string
  id: string
  hash: string
}

/** Why this app cannot use a definition of the site; null when it can. */
export function unusable({ folder, id, definition }: SiteDefinition): string | null {
  if (typeof definition !== 'object' || definition === null || definition.id !== id) return 'is not the definition that it says'
  if (folder !== 'scores') return null
  try {
    const { status } = evaluateScore(definition as unknown as ScoreDefinition, {})
    return status === 'incomplete' ? null : `gives ${status} without answers`
  } catch (error: unknown) {
    return error instanceof Error ? error.message : String(error)
  }
}

const judged = computed(() =>
  ((siteCatalogue()?.definitions ?? []) as SiteDefinition[]).map((one) => ({ one, reason: unusable(one) })),
)

/** Definitions of the site that this app uses. */
export const siteDefinitions: ComputedRef<SiteDefinition[]> = computed(() =>
  judged.value.filter(({ reason }) => reason === null).map(({ one }) => one),
)

/** Those that it cannot use, as `folder/id: reason`. */
export const refusedDefinitions: ComputedRef<string[]> = computed(() =>
  judged.value.flatMap(({ one, reason }) => (reason === null ? [] : [`${one.folder}/${one.id}: ${reason}`])),
)

/** The site's definition of an id, if it has one that can be used. */
export function siteDefinition<T>(folder: string, id: string): T | null {
  return (siteDefinitions.value.find((one) => one.folder === folder && one.id === id)?.definition as T | undefined) ?? null
}

/** Who signed a definition off: its author's signature in the file, else the site's for this very hash; null: nobody. */
export function signedOffBy(folder: string, definition: { id: string; signed_off: SignedOff | null }, hash: string): SignedOff | null {
  const signed = (siteCatalogue()?.signed_off ?? []) as Signature[]
  return definition.signed_off ?? signed.find((one) => one.folder === folder && one.id === definition.id && one.hash === hash) ?? null
}

/** Keep a record of bundled definitions equal to what the site wants, in the order of the catalogue. */
export function followSite<T extends Entry>(folder: string, record: Record<string, T>): void {
  const bundled = Object.values(record)
  const take = (definitions: SiteDefinition[]): void => {
    const own = definitions.filter((one) => one.folder === folder)
    const all = new Map(bundled.map((entry) => [entry.id, entry]))
    for (const { id, definition } of own) all.set(id, definition as unknown as T)
    for (const id of Object.keys(record)) delete record[id]
    for (const entry of [...all.values()].sort((a, b) => (a.order ?? 0) - (b.order ?? 0))) record[entry.id] = entry
  }
  watch(siteDefinitions, take, { flush: 'sync' })
  if (siteDefinitions.value.length > 0) take(siteDefinitions.value)
}
