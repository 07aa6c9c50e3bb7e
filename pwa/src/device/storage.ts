// The device's storage: durable transactions, persistence, and how much room is left.
// What is stored, and under which names, is the business of sync/.
import { ref } from 'vue'

export interface StorageState {
  /** The browser promised not to clear our data by itself; null until it was asked. */
  persisted: boolean | null
  usedBytes: number | null
  quotaBytes: number | null
  /** Less than a tenth, or less than 200 MB, is left: say so. */
  isLow: boolean
  /** Less than 80 MB, or less than a thirtieth, is left: what can be had from the hub again must go. */
  isShort: boolean
  /** A write failed for want of room, and none has succeeded since. */
  isFull: boolean
}

const LOW_BYTES = 200_000_000
const SHORT_BYTES = 80_000_000
const wrapped = Symbol.for('greenlane.strict')

export const storageState = ref<StorageState>({
  persisted: null,
  usedBytes: null,
  quotaBytes: null,
  isLow: false,
  isShort: false,
  isFull: false,
})

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
  storageState.value = { ...storageState.value, persisted }
  return measureStorage()
}

/** Measure how much room is left. Browsers round and pad it: it is a hint, a failed write is the truth. */
export async function measureStorage(): Promise<StorageState> {
  const storage = navigator.storage as StorageManager | undefined
  const { usage, quota } = (await storage?.estimate?.()) ?? {}
  storageState.value = { ...storageState.value, ...roomOf(usage ?? null, quota ?? null) }
  return storageState.value
}

/** What these figures mean. A small quota (a phone of 8 GB, a private window) is judged by its share. */
export function roomOf(usedBytes: number | null, quotaBytes: number | null): Omit<StorageState, 'persisted' | 'isFull'> {
  if (usedBytes === null || quotaBytes === null) return { usedBytes, quotaBytes, isLow: false, isShort: false }
  const left = quotaBytes - usedBytes
  return {
    usedBytes,
    quotaBytes,
    isLow: left < Math.min(LOW_BYTES, quotaBytes / 2) || left < quotaBytes / 10,
    isShort: left < Math.min(SHORT_BYTES, quotaBytes / 4) || left < quotaBytes / 30,
  }
}

/** Bytes that may still be written, as the browser says; null when it does not. */
export function leftBytes({ usedBytes, quotaBytes } = storageState.value): number | null {
  return usedBytes === null || quotaBytes === null ? null : Math.max(0, quotaBytes - usedBytes)
}

/** A write failed for want of room, or one has succeeded. */
export function noteFull(isFull: boolean): void {
  if (storageState.value.isFull !== isFull) storageState.value = { ...storageState.value, isFull }
}

/** True for the errors by which browsers, and PouchDB between them and us, say that the disk or the quota is full. */
export function isStorageFull(error: unknown): boolean {
  // PouchDB says "indexed_db_went_bad: unknown" and keeps the browser's word in `reason`.
  const { name, message, reason, cause } = (error ?? {}) as { name?: unknown; message?: unknown; reason?: unknown; cause?: unknown }
  const text = [typeof error === 'string' ? error : '', name, message, reason].filter((part) => typeof part === 'string').join(' ')
  if (/quota|disk.?full|no space|FILE_ERROR_NO_SPACE/i.test(text)) return true
  return cause !== undefined && cause !== error && isStorageFull(cause)
}
