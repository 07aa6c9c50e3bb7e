// The app's own small databases beside the mailboxes: the ledger, and what the device knows of itself.
// They open without PouchDB, so that the list can be painted before PouchDB is loaded.
import { openDB, type DBSchema, type IDBPDatabase } from 'idb'
import { enforceStrictDurability } from '@/device/storage'
import type { LedgerRow, StoredDocument } from './types'

/** What a rendition in the hub's media lane is, without its bytes. */
export interface RenditionStub {
  id: string
  encounter: string
  mailbox: string
  document: StoredDocument
}

interface DeviceSchema extends DBSchema {
  /** Session, device id, key pair, clock, checkpoints: one value per name. */
  values: { key: string; value: unknown }
  /** One small row per encounter for the lists; encounters/ writes and reads them. */
  summaries: { key: string; value: { encounter: string; mailbox: string } }
  /** Documents of the roster by their id. */
  roster: { key: string; value: StoredDocument }
  renditions: { key: string; value: RenditionStub; indexes: { encounter: string } }
}

interface LedgerSchema extends DBSchema {
  deliveries: { key: string; value: LedgerRow; indexes: { state: string } }
}

let device: Promise<IDBPDatabase<DeviceSchema>> | null = null
let ledger: Promise<IDBPDatabase<LedgerSchema>> | null = null

export function deviceDatabase(): Promise<IDBPDatabase<DeviceSchema>> {
  enforceStrictDurability()
  device ??= openDB<DeviceSchema>('greenlane-device', 1, {
    upgrade(database) {
      database.createObjectStore('values')
      database.createObjectStore('summaries', { keyPath: 'encounter' })
      database.createObjectStore('roster', { keyPath: '_id' })
      database.createObjectStore('renditions', { keyPath: 'id' }).createIndex('encounter', 'encounter')
    },
    terminated() {
      device = null // the browser closed it (storage pressure, cleared data): the next use opens it anew
    },
  })
  return device
}

export function ledgerDatabase(): Promise<IDBPDatabase<LedgerSchema>> {
  enforceStrictDurability()
  ledger ??= openDB<LedgerSchema>('greenlane-ledger', 1, {
    upgrade(database) {
      database.createObjectStore('deliveries', { keyPath: 'id' }).createIndex('state', 'state')
    },
    terminated() {
      ledger = null
    },
  })
  return ledger
}

export async function readValue<T>(name: string): Promise<T | undefined> {
  return (await (await deviceDatabase()).get('values', name)) as T | undefined
}

export async function writeValue(name: string, value: unknown): Promise<void> {
  await (await deviceDatabase()).put('values', value, name)
}

export async function removeValue(name: string): Promise<void> {
  await (await deviceDatabase()).delete('values', name)
}

/** Names of the values whose name begins like this. */
export async function valueNames(beginning: string): Promise<string[]> {
  return (await deviceDatabase()).getAllKeys('values', IDBKeyRange.bound(beginning, `${beginning}\uffff`))
}

/** Close both, for tests that begin with an empty device. */
export async function closeOwnDatabases(): Promise<void> {
  ;(await device)?.close()
  ;(await ledger)?.close()
  device = null
  ledger = null
}
