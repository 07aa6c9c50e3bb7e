// The board's state, from this device's own database: rows in groups, alerts, and the acts that write documents.
import { computed, type ComputedRef, type Ref } from 'vue'
import { newEncounter, openEncounter, record, summaries } from '../encounters/store'
import { seenOn, timelineOf } from '../encounters/record/timeline'
import { alertsOf, type Alert } from './alerts'
import type { ActingPerson } from './acting'
import { isSameDay } from './durations'
import type { Row } from './row'
import { inBoardOrder, rowOf } from './rows'
import { site } from './site'

export interface Board {
  rows: ComputedRef<Row[]>
  groups: ComputedRef<Record<Row['group'], Row[]>>
  alerts: ComputedRef<Alert[]>
}

/** Rows of this site. `now` (hub, milliseconds) is read by the minute, so that a tick does not rebuild every row. */
export function useBoard(now: Ref<number>): Board {
  const minute = computed(() => Math.floor(now.value / 60_000) * 60_000)
  const own = computed(() => summaries.value.filter((summary) => belongsHere(summary)))
  const rows = computed(() => inBoardOrder(own.value.map((summary) => rowOf(summary, minute.value)), minute.value))
  const groups = computed(() => ({
    on_the_way: rows.value.filter((row) => row.group === 'on_the_way'),
    arrived: rows.value.filter((row) => row.group === 'arrived'),
    finished: rows.value.filter((row) => row.group === 'finished' && isSameDay(row.closedAt, minute.value)),
  }))
  return { rows, groups, alerts: computed(() => alertsOf(rows.value)) }
}

function belongsHere(summary: (typeof summaries.value)[number]): boolean {
  return summary.destination?.site === site.value || summary.site === site.value
}

/** Acknowledge what this device holds of an encounter, in the acting person's name. */
export async function acknowledge(row: Row, person: ActingPerson): Promise<void> {
  if (row.answer.state === 'none') return
  const opened = await openEncounter(row.encounter)
  const folded = opened.folded.value
  if (!folded) throw new Error(row.encounter)
  const body = { of: folded.prealert?.entry.id ?? row.answer.prealert, seen: seenOn(timelineOf(folded), folded) }
  await record(row.encounter, 'acknowledgement', body, { author: { staff: person.id, role: person.role, badge: null } })
}
