// Whose a wristband is, by what this device holds; nothing here asks anybody.
import { computed, type ComputedRef } from 'vue'
import { summaries, type EncounterSummary } from '../encounters/store/summaries'
import { homeMailbox } from '../sync/session'

/** The encounters on this device whose patient wears this band, open ones first. */
export function wearersOf(code: string): EncounterSummary[] {
  // A row of an older app has no wristbands yet; it is made anew after the start.
  const found = summaries.value.filter((row) => row.wristbands?.includes(code))
  return found.sort((a, b) => (a.state === b.state ? 0 : a.state === 'open' ? -1 : 1))
}

/** Other encounters on this device that carry a band of this one: perhaps the same patient. */
export function sharingWristband(encounter: () => string): ComputedRef<EncounterSummary[]> {
  return computed(() => {
    const own = summaries.value.find((row) => row.encounter === encounter())?.wristbands ?? []
    if (own.length === 0) return []
    return summaries.value.filter((row) => row.encounter !== encounter() && row.wristbands?.some((code) => own.includes(code)))
  })
}

/** Whether this device works at a hospital: its patients open on the ward's record. */
export const isWard = (): boolean => homeMailbox()?.startsWith('site_') ?? false
export const recordPath = (encounter: string): string => (isWard() ? `/record/${encounter}` : `/e/${encounter}`)
