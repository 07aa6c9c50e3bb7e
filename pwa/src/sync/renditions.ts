// Photographs that only the hub has: what they are (without bytes), thumbnails at once, originals when somebody asks.
import { HubUnreachable, reasonOf } from './hub'
import { deviceDatabase } from './own_database'
import { askSigned } from './session'
import { textTwin, type StoredDocument } from './types'

interface BulkGetAnswer {
  results: { id: string; docs: ({ ok: StoredDocument } | { error: { error?: string; reason?: string } })[] }[]
}

/** Fetch documents by id and revision, with their history. Those that the hub no longer shows are left out. */
export async function fetchDocuments(
  name: string,
  wanted: readonly { id: string; rev?: string }[],
  options: { attachments?: boolean; expectBytes?: number; signal?: AbortSignal } = {},
): Promise<StoredDocument[]> {
  if (wanted.length === 0) return []
  const attachments = options.attachments ? '&attachments=true' : ''
  const answer = await askSigned<BulkGetAnswer>(`/db/${encodeURIComponent(name)}/_bulk_get?revs=true&latest=true${attachments}`, {
    method: 'POST',
    body: { docs: wanted },
    expectBytes: options.expectBytes ?? wanted.length * 1_000,
    signal: options.signal,
  })
  if (!answer.ok) throw new HubUnreachable(`${name}/_bulk_get: ${reasonOf(answer)}`)
  const documents: StoredDocument[] = []
  for (const { docs } of answer.body.results) for (const result of docs) if ('ok' in result) documents.push(result.ok)
  return documents
}

/** Fetch one rendition with its bytes. */
export async function fetchRendition(name: string, id: string): Promise<StoredDocument> {
  const stub = await (await deviceDatabase()).get('renditions', id)
  const bytes = Number((stub?.document.body as { bytes?: number } | undefined)?.bytes ?? 1_000_000)
  const wanted = stub?.document._rev ? { id, rev: stub.document._rev } : { id }
  const [document] = await fetchDocuments(name, [wanted], { attachments: true, expectBytes: bytes * 1.4 })
  if (!document) throw new HubUnreachable(`${id} is not on the hub`)
  return document
}

/** Keep what the hub's renditions are, so that the record shows photographs whose bytes are not here. */
export async function keepStubs(mediaName: string, documents: readonly StoredDocument[]): Promise<void> {
  const transaction = (await deviceDatabase()).transaction('renditions', 'readwrite')
  for (const document of documents) {
    const encounter = document._id.split(':')[1] ?? ''
    const { _attachments: _, _revisions: __, ...plain } = document
    void transaction.store.put({ id: document._id, encounter, mailbox: textTwin(mediaName), document: plain })
  }
  await transaction.done
}

/** The hub released these photographs' encounter: nothing of them is shown here any more. */
export async function forgetStubs(ids: readonly string[]): Promise<void> {
  const transaction = (await deviceDatabase()).transaction('renditions', 'readwrite')
  for (const id of ids) void transaction.store.delete(id)
  await transaction.done
}

/** Every rendition of an encounter that the hub has told of. */
export async function stubsOf(encounter: string): Promise<string[]> {
  return (await deviceDatabase()).getAllKeysFromIndex('renditions', 'encounter', encounter)
}

/** Which of these ids are known already as renditions of the hub. */
export async function knownStubs(ids: readonly string[]): Promise<Set<string>> {
  const store = (await deviceDatabase()).transaction('renditions').store
  const keys = await Promise.all(ids.map((id) => store.getKey(id)))
  return new Set(keys.filter((key) => key !== undefined))
}

export function isThumbnail(document: StoredDocument): boolean {
  return (document.body as { rendition?: unknown } | undefined)?.rendition === 'thumbnail'
}
