// The sound of the board: two rising tones for a new alert, again every five seconds until somebody acknowledges;
// three short tones once for every new critical value. Speech is the wall's.
import { onScopeDispose, watch, type Ref } from 'vue'
import { isSoundOpen, openSound, playCritical, playNewAlert } from '../device/sound'
import { alertKey, type Alert } from './alerts'

const EVERY_MS = 5_000

/** Sounds the alerts while the component lives. `onNews` hears each alert the first time it is seen. */
export function useAlarm(alerts: Ref<Alert[]>, onNews: (alert: Alert) => void = () => undefined): void {
  const known = new Set<string>()
  let timer: ReturnType<typeof setInterval> | undefined

  function repeat(): void {
    if (alerts.value.some((alert) => alert.kind === 'new')) playNewAlert()
  }
  function begin(): void {
    repeat()
    timer ??= setInterval(repeat, EVERY_MS)
  }
  function end(): void {
    clearInterval(timer)
    timer = undefined
  }

  watch(
    alerts,
    (now) => {
      const fresh = now.filter((alert) => !known.has(alertKey(alert)))
      for (const alert of fresh) {
        known.add(alertKey(alert))
        onNews(alert)
      }
      if (fresh.some((alert) => alert.kind === 'critical')) playCritical()
      const isWaiting = now.some((alert) => alert.kind === 'new')
      if (isWaiting && !timer) begin()
      if (!isWaiting) end()
    },
    { immediate: true },
  )
  // The first tap opens the sound while an alert already waits: it must be heard at once, not five seconds later.
  watch(isSoundOpen, (isOpen) => isOpen && repeat())
  onScopeDispose(end)
}

/** Browsers that remember this site allow sound without a tap; the others stay shut until the button is tapped. */
export async function tryOpeningSound(): Promise<void> {
  if (!isSoundOpen.value) await openSound()
}
