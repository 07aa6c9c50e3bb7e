// How far long transfers are, for the screens that show it. Only numbers: what is delivered says the ledger.
import { shallowRef, type ShallowRef } from 'vue'
import { hearTabs, tellTabs } from './tabs'

export interface Progress {
  done: number
  total: number
}

/** The first pull of a new device, over all its mailboxes, in documents; null when there is none. */
export const firstPull: ShallowRef<Progress | null> = shallowRef(null)

/**
 * Mailboxes of which a part is here and the rest on its way: the first pull, or more than one page after a long sleep.
 * An alert may already be answered in what is still to come, so nothing rings for it until the mailbox leaves this set.
 */
export const fetching: ShallowRef<ReadonlySet<string>> = shallowRef(new Set())

/** Photographs on their way out, by the id of their document, in bytes that the hub has. */
export const uploads: ShallowRef<ReadonlyMap<string, Progress>> = shallowRef(new Map())

export function setFirstPull(progress: Progress | null): void {
  firstPull.value = progress
  tellProgress()
}

export function setFetching(mailbox: string, isUnderWay: boolean): void {
  if (fetching.value.has(mailbox) === isUnderWay) return
  const next = new Set(fetching.value)
  if (isUnderWay) next.add(mailbox)
  else next.delete(mailbox)
  fetching.value = next
  tellProgress()
}

/** Tell the other tabs; a new courier does it at once, because the one before may have died in the middle of a pull. */
export function tellProgress(): void {
  tellTabs({ type: 'pull', firstPull: firstPull.value, fetching: [...fetching.value] })
}

hearTabs((message) => {
  if (message.type === 'upload') keepUpload(message.id, message.progress)
  if (message.type !== 'pull') return
  firstPull.value = message.firstPull
  fetching.value = new Set(message.fetching)
})

export function setUpload(id: string, progress: Progress | null): void {
  keepUpload(id, progress)
  tellTabs({ type: 'upload', id, progress })
}

function keepUpload(id: string, progress: Progress | null): void {
  const next = new Map(uploads.value)
  if (progress) next.set(id, progress)
  else next.delete(id)
  uploads.value = next
}
