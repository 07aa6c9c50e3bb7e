// Reading documents for the way out, and what the hub's answer to a push means for each of them.
import { openMailbox } from './databases'
import { HubUnreachable, reasonOf, type Answer } from './hub'
import { countAttempt, markDelivered, markQuarantined, markRefused, rowOf, type LedgerRow } from './ledger'
import { askSigned, mayWrite, mustSignInAgain, session, sessionFingerprint } from './session'
import { textTwin, type StoredDocument } from './types'

interface Failure {
  id: string
  error: string
  reason?: string
}

/** Refusals of one document for its own sake. Any other error may pass, so the document waits. */
const REFUSED = new Set(['forbidden', 'unauthorized', 'bad_request', 'document_too_large', 'doc_validation', 'conflict'])

/** The way out that is open to an enrolled device whatever became of its token. */
export function quarantineOf(lane: 'text' | 'media'): string | null {
  const device = session.value?.device.id
  if (!device) return null
  return `quarantine_${device}${lane === 'media' ? '-media' : ''}`
}

/** Where a waiting document goes under this session: its own mailbox, or the quarantine. Null without a session. */
export function targetOf(row: LedgerRow): string | null {
  if (!session.value) return null
  return !mustSignInAgain.value && mayWrite(row.mailbox) ? row.mailbox : quarantineOf(row.lane)
}

/** The stored document with its revisions, and its bytes as base64 where it has any; null when it is not here. */
export async function readForPush(row: LedgerRow): Promise<StoredDocument | null> {
  try {
    const database = await openMailbox(row.mailbox)
    return await database.get(row.id, { revs: true, attachments: row.lane === 'media' })
  } catch (error) {
    if ((error as { status?: number }).status === 404) return null
    throw error
  }
}

/** The same for many text documents in one reading. */
export async function readManyForPush(mailbox: string, rows: LedgerRow[]): Promise<Map<string, StoredDocument>> {
  const database = await openMailbox(mailbox)
  const found = await database.allDocs({ keys: rows.map((row) => row.id), include_docs: true })
  const documents = new Map<string, StoredDocument>()
  for (const row of found.rows) if (row.doc?._rev) documents.set(row.id, withRevisions(row.doc))
  return documents
}

/** A document of the first generation has no older revisions, so its history is its own revision. */
function withRevisions(document: StoredDocument): StoredDocument {
  const [generation, hash] = document._rev!.split('-') as [string, string]
  return { ...document, _revisions: { start: Number(generation), ids: [hash] } }
}

/** Push these documents to a database of the hub and write its answer into the ledger. */
export async function pushTo(target: string, rows: LedgerRow[], documents: StoredDocument[], signal?: AbortSignal): Promise<void> {
  const answer = await askSigned<Failure[]>(`/db/${encodeURIComponent(target)}/_bulk_docs`, {
    method: 'POST',
    body: { docs: documents, new_edits: false },
    signal,
  })
  if (answer.status === 201 && Array.isArray(answer.body)) return settle(target, rows, answer.body)
  await settleRefusal(target, rows, documents, answer, signal)
}

async function settle(target: string, rows: LedgerRow[], results: Failure[]): Promise<void> {
  const failures = new Map(results.filter((result) => result.error).map((failure) => [failure.id, failure]))
  const taken = rows.filter((row) => !failures.has(row.id))
  if (isQuarantine(target)) await markQuarantined(taken.map((row) => row.id), sessionFingerprint())
  else await markDelivered(taken)
  let waiting = 0
  for (const failure of failures.values()) {
    const reason = `${failure.error}: ${failure.reason ?? ''}`
    if (!rowOf(failure.id)) continue // not one of ours
    if (REFUSED.has(failure.error)) await markRefused(failure.id, reason, sessionFingerprint())
    else {
      waiting += 1
      await countAttempt([failure.id], reason)
    }
  }
  if (waiting > 0) throw new HubUnreachable(`the hub could not store ${waiting} documents now`)
}

/** The whole request was refused: find out whose fault it is, without losing the others. */
async function settleRefusal(target: string, rows: LedgerRow[], documents: StoredDocument[], answer: Answer, signal?: AbortSignal): Promise<void> {
  const reason = `${answer.status}: ${reasonOf(answer)}`
  if (answer.status === 401 && !isQuarantine(target)) {
    if (mustSignInAgain.value) return // the next round goes to the quarantine
    throw new HubUnreachable(reason)
  }
  if (answer.status === 403 || answer.status === 404) {
    for (const row of rows) await markRefused(row.id, reason, sessionFingerprint())
    return
  }
  if (answer.status === 400 || answer.status === 413) {
    if (rows.length === 1) return markRefused(rows[0]!.id, reason, sessionFingerprint())
    const half = Math.ceil(rows.length / 2)
    await pushTo(target, rows.slice(0, half), documents.slice(0, half), signal)
    await pushTo(target, rows.slice(half), documents.slice(half), signal)
    return
  }
  await countAttempt(rows.map((row) => row.id), reason)
  throw new HubUnreachable(reason)
}

/** The hub has taken one document by another way than a batch. */
export function settleTaken(target: string, row: LedgerRow): Promise<void> {
  return settle(target, [row], [])
}

/** The hub's answer to one document that it did not take. */
export function settleAnswer(target: string, row: LedgerRow, answer: Answer): Promise<void> {
  return settleRefusal(target, [row], [], answer)
}

export function isQuarantine(name: string): boolean {
  return textTwin(name).startsWith('quarantine_')
}
