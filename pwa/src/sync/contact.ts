// Whether the hub answers. The truth is an answer; navigator.onLine is only a hint and sets nothing here.
import { computed, ref } from 'vue'

export interface Contact {
  connected: boolean
  /** Device clock, milliseconds, of the hub's last answer; null when it never answered. */
  lastContactAt: number | null
}

export const contact = ref<Contact>({ connected: false, lastContactAt: null })

/** Since when (device clock, milliseconds) there has been no contact; null while connected or when never known. */
export const noContactSince = computed(() => (contact.value.connected ? null : contact.value.lastContactAt))

type Listener = (contact: Contact) => void
const listeners = new Set<Listener>()

export function onContact(listener: Listener): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

/** The hub has answered, at this device time. */
export function hubAnswered(at: number = Date.now()): void {
  setContact({ connected: true, lastContactAt: at })
}

/** A request went out and no answer came. */
export function hubSilent(): void {
  if (contact.value.connected) setContact({ ...contact.value, connected: false })
}

/** Take over what another tab, which runs the courier, has seen. */
export function setContact(seen: Contact): void {
  const isNews = seen.connected !== contact.value.connected || seen.lastContactAt !== contact.value.lastContactAt
  contact.value = seen
  if (isNews) for (const listener of listeners) listener(seen)
}
