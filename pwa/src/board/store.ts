// The board's state, from this device's own database: rows in groups, alerts, and the acts that write documents.
import { computed, type ComputedRef, type Ref } from 'vue'
import { seenOn, timelineOf } from '../encounters/record/timeline'
import { newEncounter, openEncounter, record, summaries } from '../encounters/store'
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
  alerts: ComputedRef<Alert[]>
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
  return { rows, groups, alerts: computed(() => alertsOf(rows.value)) }
}

/** The acting person as the author of a document; the signed-in person when nobody was chosen. */
export function actingAuthor(person: ActingPerson | null = acting.value): { author?: { staff: string; role: string; badge: null } } {
  return person ? { author: { staff: person.id, role: person.role, badge: null } } : {}
}

/** Acknowledge what this device holds of an encounter, in the acting person's name. Says exactly what was seen. */
export async function acknowledge(encounter: string, person: ActingPerson): Promise<void> {
  const { folded } = await openEncounter(encounter)
  const prealert = folded.value.prealert
  if (!prealert) throw new Error(`encounter ${encounter} has no pre-alert to acknowledge`)
  const body = { of: prealert.entry.id, seen: seenOn(timelineOf(folded.value), folded.value) }
  await record(encounter, 'acknowledgement', body, actingAuthor(person))
}

/** A patient who came on foot: the record begins here, and the door is now. */
export async function startWalkIn(pathway: string): Promise<string> {
  const encounter = await newEncounter(pathway)
  await record(encounter, 'time_node', { node: 'hospital_door', precision: 'exact' }, actingAuthor())
  return encounter
}
