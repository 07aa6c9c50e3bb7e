/** The re-check of an open encounter as a countdown, and one gentle buzz when it falls due. */
import { computed, watch, type Ref } from 'vue'
import { rechecks, vitalFields } from '../catalogue/store'
import { alarms } from '../catalogue/vital_limits'
import { buzzDue } from '../device/haptics'
import { ageOf, openedAtOf } from '../encounters/identity'
import type { Folded } from '../encounters/types'
import { recheckOf } from './recheck'

export function useRecheck(folded: () => Folded | null, now: Readonly<Ref<number>>) {
  return computed(() => {
    const record = folded()
    if (!record) return null
    const values = Object.fromEntries(Object.entries(record.vitals.latest).map(([id, reading]) => [id, reading.value]))
    const age = ageOf(record.patient, openedAtOf(record))?.years ?? null
    const hasAlarm = Object.keys(alarms(vitalFields, values, age)).length > 0
    const recheck = recheckOf(record, hasAlarm, rechecks.vitals?.minutes ?? {})
    return recheck && { ...recheck, leftMs: recheck.dueAt - now.value, isDue: recheck.dueAt <= now.value }
  })
}

export function useRecheckBuzz(folded: () => Folded | null, now: Readonly<Ref<number>>): void {
  const recheck = useRecheck(folded, now)
  watch(
    () => recheck.value?.isDue,
    (isDue, was) => {
      if (isDue && was === false) buzzDue()
    },
  )
}
