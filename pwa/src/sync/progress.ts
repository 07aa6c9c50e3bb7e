// How far long transfers are, for the screens that show it. Only numbers: what is delivered says the ledger.
import { shallowRef, type ShallowRef } from 'vue'

export interface Progress {
  done: number
  total: number
}

/** The first pull of a new device, over all its mailboxes, in documents; null when there is none. */
export const firstPull: ShallowRef<Progress | null> = shallowRef(null)

/** Photographs on their way out, by the id of their document, in bytes that the hub has. */
export const uploads: ShallowRef<ReadonlyMap<string, Progress>> = shallowRef(new Map())

export function setUpload(id: string, progress: Progress | null): void {
  const next = new Map(uploads.value)
  if (progress) next.set(id, progress)
  else next.delete(id)
  uploads.value = next
}
