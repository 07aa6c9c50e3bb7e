/** The state of this patient's alert on a screen, and the tone when it changes: one sound and buzz for each meaning. */
import { computed, watch, type Ref } from 'vue'
import { buzzAcknowledged, buzzNotConfirmed } from '../device/haptics'
import { playAcknowledged, playNotConfirmed } from '../device/sound'
import { useNow } from '../shell/now'
import { contact } from '../sync/contact'
import { refusalReason } from '../sync/ledger'
import type { OpenEncounter } from './store'
import type { Folded } from './types'
import { alertStateOf, CONFIRM_WITHIN_MS } from './list_order'

export function useAlert(open: OpenEncounter, folded: Readonly<Ref<Folded>>) {
  const now = useNow()
  const alert = computed(() => folded.value.prealert)
  const acknowledgement = computed(() => folded.value.acknowledgements.filter((one) => one.of === alert.value?.entry.id).at(-1) ?? null)
  const delivery = computed(() => (alert.value ? (open.delivery.value.get(alert.value.entry.id) ?? 'device') : 'device'))
  const sentAt = computed(() => (alert.value?.entry.at ? Date.parse(alert.value.entry.at) : null))
  const waitedMs = computed(() => (sentAt.value === null ? 0 : Math.max(0, now.value - sentAt.value)))
  const state = computed(() => {
    if (!alert.value) return 'none'
    const row = {
      state: folded.value.state,
      prealert: { document: alert.value.entry.id, at: alert.value.entry.at, site: alert.value.site },
      acknowledgements: folded.value.acknowledgements.map((one) => ({ of: one.of, at: one.entry.at, staff: one.entry.staff, role: one.entry.role })),
    }
    // Refused or put aside means as much as offline: nobody at the hospital can see it.
    const cannotArrive = delivery.value === 'refused' || delivery.value === 'quarantined'
    return alertStateOf(row, now.value, cannotArrive || !contact.value.connected)
  })
  const secondsLeft = computed(() => Math.max(0, Math.ceil((CONFIRM_WITHIN_MS - waitedMs.value) / 1000)))
  const refusal = computed(() => (alert.value && delivery.value === 'refused' ? refusalReason(alert.value.entry.id) : null))
  const told = computed(() => {
    for (const note of [...folded.value.notes].reverse()) {
      const call = note.told_by_phone as { of?: string; name?: string } | undefined
      if (call && call.of === alert.value?.entry.id) return { name: call.name ?? '', at: note.entry.at }
    }
    return null
  })
  const newerHeld = computed(() => folded.value.newer.filter((id) => (open.delivery.value.get(id) ?? 'device') !== 'hub').length)

  watch(state, (next, before) => {
    if (next === 'acknowledged' && before !== 'none') {
      playAcknowledged()
      buzzAcknowledged()
    } else if (next === 'unconfirmed' && (before === 'waiting' || before === 'none')) {
      playNotConfirmed()
      buzzNotConfirmed()
    }
  })
  return { alert, acknowledgement, delivery, sentAt, waitedMs, state, secondsLeft, refusal, told, newerHeld, now }
}
