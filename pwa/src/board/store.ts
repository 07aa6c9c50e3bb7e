// The board's state, from this device's own database: rows in groups, alerts, and the acts that write documents.
import { computed, ref, watchEffect, type ComputedRef, type Ref } from 'vue'
import { seenOn, timelineOf } from '../encounters/record/timeline'
import { areSettled, newEncounter, openEncounter, record, summaries, type Fact } from '../encounters/store'
import type { Author } from '../encounters/types'
import { fetching } from '../sync/progress'
import { alertsOf, type Alert } from './alerts'
import { acting, type ActingPerson } from './acting'
import { isSameDay } from './durations'
import { rowsOf } from './rows'
import { site } from './site'
import type { Row } from './row'

export interface Board {
  rows: ComputedRef<Row[]>
  /** By group; finished are those of today. */
  groups: ComputedRef<Record<Row['group'], Row[]>>
  /** What calls for somebody; empty while `isFetching`. */
  alerts: ComputedRef<Alert[]>
  /** A part of this site's records is still on its way, or not yet folded: what looks unanswered may be answered. */
  isFetching: Ref<boolean>
}

/** Rows of this site. `now` (hub, milliseconds) only decides which day is today: a tick rebuilds no row. */
export function useBoard(now: Ref<number>): Board {
  const rows = computed(() => (site.value ? rowsOf(summaries.value, site.value) : []))
  const minute = computed(() => Math.floor(now.value / 60_000) * 60_000)
  const groups = computed(() => ({
    coming: rows.value.filter((row) => row.group === 'coming'),
    arrived: rows.value.filter((row) => row.group === 'arrived'),
    finished: rows.value.filter((row) => row.group === 'finished' && isSameDay(row.closedAt, minute.value)),
  }))
  const isFetching = useFetching()
  return { rows, groups, isFetching, alerts: computed(() => (isFetching.value ? [] : alertsOf(rows.value))) }
}

/** Ends only when the rows are made of what came, so that no alert rings between the last document and its row. */
function useFetching(): Ref<boolean> {
  const isFetching = ref(false)
  watchEffect(
    () => {
      const settled = areSettled.value
      if (fetching.value.has(`site_${site.value}`)) isFetching.value = true
      else if (settled) isFetching.value = false
    },
    { flush: 'sync' },
  )
  return isFetching
}

/** The acting person as the author of a document; the signed-in person when nobody was chosen. */
export function actingAuthor(person: ActingPerson | null = acting.value): { author?: Author } {
  return person ? { author: { staff: person.id, role: person.role, badge: person.badge } } : {}
}

/** Acknowledge what this device holds of an encounter, in the acting person's name. Says exactly what was seen. */
export async function acknowledge(encounter: string, person: ActingPerson): Promise<void> {
  const { folded, close } = await openEncounter(encounter)
  try {
    const prealert = folded.value.prealert
    if (!prealert) throw new Error(`encounter ${encounter} has no pre-alert to acknowledge`)
    const body = { of: prealert.entry.id, seen: seenOn(timelineOf(folded.value), folded.value) }
    await record(encounter, 'acknowledgement', body, actingAuthor(person))
  } finally {
    close()
  }
}

/** A patient who came on foot: the record begins here, and the door is now. `facts` are written with it, or not at all. */
export function startWalkIn(pathway: string, facts: readonly Fact[] = []): Promise<string> {
  const door = { kind: 'time_node', body: { node: 'hospital_door', precision: 'exact' }, options: actingAuthor() }
  return newEncounter(pathway, { facts: [door, ...facts] })
}
