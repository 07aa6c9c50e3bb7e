// The device's storage: durable transactions, persistence, and how much room is left.
// What is stored, and under which names, is the business of sync/.
import { ref } from 'vue'

export interface StorageState {
  /** The browser promised not to clear our data by itself; null until it was asked. */
  persisted: boolean | null
  usedBytes: number | null
  quotaBytes: number | null
  /** Less than a tenth, or less than 200 MB, is left. */
  isLow: boolean
}

const LOW_BYTES = 200_000_000
const wrapped = Symbol.for('greenlane.strict')

export const storageState = ref<StorageState>({ persisted: null, usedBytes: null, quotaBytes: null, isLow: false })

/**
 * Let every readwrite transaction of every IndexedDB database reach the disk before it reports success.
 * Chromium's default ("relaxed") answers when the system's cache has the data, and loses them with the power.
 * The databases of libraries go through the same prototype, so this is the one place.
 */
export function enforceStrictDurability(): void {
  if (typeof IDBDatabase === 'undefined') return
  const prototype = IDBDatabase.prototype as IDBDatabase & { [wrapped]?: boolean }
  if (prototype[wrapped]) return
  const plain = prototype.transaction
  prototype.transaction = function strictTransaction(
    this: IDBDatabase,
    names: string | Iterable<string>,
    mode?: IDBTransactionMode,
    options?: IDBTransactionOptions,
  ) {
    const stores = typeof names === 'string' ? names : [...names]
    if (mode !== 'readwrite') return plain.call(this, stores, mode, options)
    return plain.call(this, stores, mode, { ...options, durability: 'strict' })
  }
  prototype[wrapped] = true
}

/** Ask the browser to keep our data for good, and measure the room. Safe to call again. */
export async function requestPersistence(): Promise<StorageState> {
  const storage = navigator.storage as StorageManager | undefined
  if (!storage) return storageState.value // a page without TLS has none
  const persisted = (await storage.persisted?.()) || (await storage.persist?.()) || false
  const estimate = (await storage.estimate?.()) ?? {}
  const used = estimate.usage ?? null
  const quota = estimate.quota ?? null
  const left = used === null || quota === null ? Infinity : quota - used
  storageState.value = {
    persisted,
    usedBytes: used,
    quotaBytes: quota,
    isLow: left < LOW_BYTES || (quota !== null && left < quota / 10),
  }
  return storageState.value
}

/** True for the errors by which browsers say that the disk or the quota is full. */
export function isStorageFull(error: unknown): boolean {
  const text = error instanceof Error ? `${error.name} ${error.message}` : JSON.stringify(error ?? '')
  return /quota|disk.?full|no space/i.test(text)
}
