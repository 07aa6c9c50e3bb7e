/**
 * Who stands at this device now, known by badge or PIN. In this person's name everything is written until somebody else
 * taps, or nobody has touched the device for a while. What the badge proves with stays in memory and ends with the page.
 */
import { computed, ref, watch } from 'vue'
import { staffOf } from '@/sync/roster'
import { onSession, session } from '@/sync/session'
import type { Method } from './rules'
import type { Proven } from './store'

export const IDLE_MS = 5 * 60_000
const KEPT_AS = 'greenlane.present'
const CHECK_MS = 5_000

interface Kept {
  staff: string
  badge: string | null
  method: Method
  touchedAt: number
}
export interface Present {
  id: string
  name: string
  role: string
  badge: string | null
  method: Method
}

function stored(): Kept | null {
  try {
    const kept = JSON.parse(sessionStorage.getItem(KEPT_AS) ?? 'null') as Kept | null
    return kept && Date.now() - kept.touchedAt < IDLE_MS ? kept : null
  } catch (error) {
    console.warn('badges: who was here cannot be read', error)
    return null
  }
}

const kept = ref<Kept | null>(typeof sessionStorage === 'undefined' ? null : stored())
watch(
  kept,
  (now) => {
    try {
      if (now) sessionStorage.setItem(KEPT_AS, JSON.stringify(now))
      else sessionStorage.removeItem(KEPT_AS)
    } catch (error) {
      console.warn('badges: who is here cannot be kept', error)
    }
  },
  { deep: true },
)

/** The person at this device; null when nobody proved themselves, after idle time, or when they no longer work here. */
export const present = computed<Present | null>(() => {
  const staff = kept.value ? staffOf(kept.value.staff) : null
  if (!kept.value || !staff?.active || !session.value) return null
  return { id: staff.id, name: staff.name, role: staff.role, badge: kept.value.badge, method: kept.value.method }
})

export function setPresent(proven: Proven): void {
  kept.value = { staff: proven.staff.id, badge: proven.claims?.badge ?? null, method: proven.method, touchedAt: Date.now() }
}
export function clearPresent(): void {
  kept.value = null
}

/** A touch says that the person is still here. Cheap: at most one note in five seconds. */
export function touched(now = Date.now()): void {
  if (!kept.value) return
  if (now - kept.value.touchedAt >= IDLE_MS) clearPresent()
  else if (now - kept.value.touchedAt > CHECK_MS) kept.value = { ...kept.value, touchedAt: now }
}
export function endIfIdle(now = Date.now()): void {
  if (kept.value && now - kept.value.touchedAt >= IDLE_MS) clearPresent()
}

let before = session.value?.staff.id
onSession((now) => {
  if (before !== undefined && now?.staff.id !== before) clearPresent() // somebody else signed in, or everybody left
  before = now?.staff.id
})

/** Follow touches of this page until the returned function is called. */
export function followTouches(): () => void {
  const onTouch = (): void => touched()
  for (const kind of ['pointerdown', 'keydown'] as const) window.addEventListener(kind, onTouch, { capture: true, passive: true })
  const timer = setInterval(endIfIdle, CHECK_MS)
  return () => {
    for (const kind of ['pointerdown', 'keydown'] as const) window.removeEventListener(kind, onTouch, { capture: true })
    clearInterval(timer)
  }
}
