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

type DroppedListener = (ids: readonly string[]) => void
const droppedListeners = new Set<DroppedListener>()

/** Told of documents that are no longer on this device, because the hub released their encounter. */
export function onDropped(listener: DroppedListener): () => void {
  droppedListeners.add(listener)
  return () => droppedListeners.delete(listener)
}

/** Tell this tab and the others. Call it after they are gone for good. */
export function announceDropped(ids: readonly string[]): void {
  for (const listener of droppedListeners) listener(ids)
  tellTabs({ type: 'dropped', ids: [...ids] })
}

hearTabs((message) => {
  if (message.type === 'dropped') for (const listener of droppedListeners) listener(message.ids)
  if (message.type !== 'documents') return
  for (const listener of listeners) listener({ mailbox: message.mailbox, ids: message.ids, source: message.source })
})
