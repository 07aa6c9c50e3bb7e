// What the screens say of a browser that cleared this device's storage; losses.ts finds it out.
import { shallowRef, type ShallowRef } from 'vue'
import { writeValue } from './own_database'

export interface StoreLoss {
  /** Device clock, milliseconds, when it was noticed. */
  at: number
  /** Documents that were here and are gone; null when only the cookie remembers that there were any. */
  missing: number | null
  /** Of those, documents that the hub never had: they are lost. Null when nobody knows. */
  undelivered: number | null
  /** Somebody has read it. */
  isSeen: boolean
}

/** The browser cleared what this device held; null when it did not, or when somebody has read it. */
export const storeLoss: ShallowRef<StoreLoss | null> = shallowRef(null)

/** Somebody has read it. */
export async function markLossSeen(): Promise<void> {
  if (!storeLoss.value) return
  await writeValue('store_loss', { ...storeLoss.value, isSeen: true })
  storeLoss.value = null
}
