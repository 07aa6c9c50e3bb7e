// How old the board's news is. After 30 seconds without an answer the figures are stale, and the board says so.
import { computed, type ComputedRef, type Ref } from 'vue'
import { contact } from '../sync/contact'
import { offsetMs } from '../sync/clock'

const STALE_AFTER_SECONDS = 30

export interface Freshness {
  sinceContactSeconds: ComputedRef<number | null>
  /** Hub time of the last answer, milliseconds; null when there never was one. */
  lastContactAt: ComputedRef<number | null>
  isStale: ComputedRef<boolean>
}

/** `now` is the hub's clock, stepped once a second. */
export function useFreshness(now: Ref<number>): Freshness {
  const lastContactAt = computed(() => {
    const at = contact.value.lastContactAt
    return at === null ? null : at + (offsetMs.value ?? 0)
  })
  const sinceContactSeconds = computed(() =>
    lastContactAt.value === null ? null : Math.max(Math.floor((now.value - lastContactAt.value) / 1000), 0),
  )
  const isStale = computed(() => sinceContactSeconds.value === null || sinceContactSeconds.value > STALE_AFTER_SECONDS)
  return { sinceContactSeconds, lastContactAt, isStale }
}
