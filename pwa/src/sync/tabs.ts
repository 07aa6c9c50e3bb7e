// Tabs of one device: what one of them did, the others hear. Not for data: those lie in the databases.
import type { Contact } from './contact'
import type { Session } from './types'

export type TabMessage =
  /** Documents came into a local mailbox, by hand (`local`) or from the hub. */
  | { type: 'documents'; mailbox: string; ids: string[]; source: 'local' | 'hub' }
  | { type: 'ledger'; ids: string[] }
  | { type: 'contact'; contact: Contact }
  | { type: 'clock' }
  | { type: 'session'; session: Session | null; renewalRefused: boolean }
  | { type: 'roster' }
  /** How far the courier's pull is: what is not in `fetching` is here as the hub has it. */
  | { type: 'pull'; firstPull: { done: number; total: number } | null; fetching: string[] }
  /** How far a photograph on its way out is; null when it is through. */
  | { type: 'upload'; id: string; progress: { done: number; total: number } | null }
  | { type: 'poke'; why: string }
  /** Close this local database for a moment: its next generation is being put in place. */
  | { type: 'let_go'; database: string }
  /** These documents are no longer on this device: the hub released them. */
  | { type: 'dropped'; ids: string[] }

type Handler = (message: TabMessage) => void
const handlers = new Set<Handler>()
let channel: BroadcastChannel | null = null

function openChannel(): BroadcastChannel | null {
  if (channel || typeof BroadcastChannel === 'undefined') return channel
  channel = new BroadcastChannel('greenlane')
  channel.onmessage = (event: MessageEvent<TabMessage>) => {
    for (const handler of handlers) handler(event.data)
  }
  return channel
}

export function tellTabs(message: TabMessage): void {
  openChannel()?.postMessage(message)
}

/** Hear what other tabs say (never what this one says). */
export function hearTabs(handler: Handler): () => void {
  openChannel()
  handlers.add(handler)
  return () => handlers.delete(handler)
}
