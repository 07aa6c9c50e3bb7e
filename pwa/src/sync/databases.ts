// The local databases: one PouchDB per mailbox and lane, named like the hub's. They outlive sessions: signing out, or
// somebody else signing in, never removes one.
import { isStorageFull, noteFull } from '@/device/storage'
import { announce } from './changes'
import { closeHandles, handleOf } from './handle'
import { expectDelivery } from './ledger'
import type { LocalDatabase } from './local_database'
import { readValue, writeValue } from './own_database'
import { mediaTwin, textTwin, type Lane, type StoredDocument } from './types'

/** What the media lane must know of a document to send it in the right order. */
export interface Weight {
  rank: number
  bytes: number
}

export type { LocalDatabase } from './local_database'

const opened = new Map<string, Promise<LocalDatabase>>()

/** The local database of a mailbox (or of its `-media` twin), opened once per page. */
export function openMailbox(name: string): Promise<LocalDatabase> {
  let database = opened.get(name)
  if (!database) {
    database = create(name)
    opened.set(name, database)
    database.catch(() => opened.delete(name)) // the caller has the error; the next one tries again
  }
  return database
}

async function create(name: string): Promise<LocalDatabase> {
  await remember(name)
  const handle = handleOf(name)
  await handle.info() // opened here and now: the first tap must not pay for it
  return handle
}

/** Every local database that this device ever opened, whoever was signed in. */
export async function knownMailboxes(): Promise<string[]> {
  return (await readValue<string[]>('mailboxes')) ?? []
}

let remembering: Promise<void> = Promise.resolve()

function remember(name: string): Promise<void> {
  remembering = remembering.then(async () => {
    const known = await knownMailboxes()
    if (!known.includes(name)) await writeValue('mailboxes', [...known, name])
  })
  return remembering
}

export function isMediaDatabase(name: string): boolean {
  return name.endsWith('-media')
}

/**
 * Commit new documents to a mailbox: all or none, durable when this resolves. They are announced to the screens and
 * expected by the courier. Rejects when the device cannot store them (`isStorageFull` tells why).
 */
export async function commit(
  mailbox: string,
  documents: StoredDocument[],
  lane: Lane = 'text',
  weight: (document: StoredDocument) => Weight = () => ({ rank: 0, bytes: 0 }),
): Promise<void> {
  const name = lane === 'media' ? mediaTwin(mailbox) : mailbox
  const database = await openMailbox(name)
  const results = await noticeFull(() => database.bulkDocs(documents))
  for (const [index, result] of results.entries()) {
    if (result.error) throw new Error(`${documents[index]?._id}: ${result.message ?? result.name ?? 'not stored'}`, { cause: result })
  }
  // From here on nothing can be lost: a document without a row in the ledger counts as undelivered.
  const expected = documents.map((document) => ({ id: document._id, mailbox: name, lane, ...weight(document) }))
  expectDelivery(expected).catch((error: unknown) => console.error('ledger: row not written', error))
  announce({ mailbox: textTwin(mailbox), ids: documents.map(({ _id }) => _id), source: 'local', documents })
}

/** A full disk is news for every screen, not only for the one that wanted to save. */
async function noticeFull<Result>(write: () => Promise<Result>): Promise<Result> {
  try {
    const result = await write()
    noteFull(false)
    return result
  } catch (error) {
    if (isStorageFull(error)) noteFull(true)
    throw error
  }
}

/** Put documents that came from the hub into a local database, with the hub's revisions. */
export async function storeFromHub(name: string, documents: StoredDocument[]): Promise<void> {
  const database = await openMailbox(name)
  const results = await noticeFull(() => database.bulkDocs(documents, { new_edits: false }))
  for (const result of results) {
    if (result.error) throw new Error(`from the hub: ${result.id}: ${result.message ?? 'not stored'}`)
  }
}

/** Documents of a key range, in order, without attachments' bytes. */
export async function readRange(name: string, startKey: string, endKey: string): Promise<StoredDocument[]> {
  const database = await openMailbox(name)
  const { rows } = await database.allDocs({ startkey: startKey, endkey: endKey, include_docs: true })
  return rows.flatMap((row) => (row.doc ? [row.doc] : []))
}

/** Every document id of a local database. */
export async function readIds(name: string): Promise<string[]> {
  const database = await openMailbox(name)
  const { rows } = await database.allDocs()
  return rows.map((row) => row.id)
}

/** Close everything, for tests. */
export async function closeMailboxes(): Promise<void> {
  await closeHandles()
  opened.clear()
}
