// Which documents came into which local mailbox: the bus between the courier, the writers and the screens' stores.
import { hearTabs, tellTabs } from './tabs'
import type { StoredDocument } from './types'

export interface Arrival {
  /** The text mailbox, also for what came through its media twin. */
  mailbox: string
  ids: string[]
  source: 'local' | 'hub'
  /** The documents themselves, where this tab has them at hand; other tabs read them. */
  documents?: StoredDocument[]
}

type Listener = (arrival: Arrival) => void
const listeners = new Set<Listener>()

export function onArrival(listener: Listener): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

/** Tell this tab and the others. Call it after the documents are durable. */
export function announce(arrival: Arrival): void {
  if (arrival.ids.length === 0) return
  for (const listener of listeners) listener(arrival)
  tellTabs({ type: 'documents', mailbox: arrival.mailbox, ids: arrival.ids, source: arrival.source })
}

hearTabs((message) => {
  if (message.type !== 'documents') return
  for (const listener of listeners) listener({ mailbox: message.mailbox, ids: message.ids, source: message.source })
})
