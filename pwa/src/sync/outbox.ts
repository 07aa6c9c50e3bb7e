// Reading documents for the way out, and what the hub's answer to a push means for each of them.
import { openMailbox } from './databases'
import { HubUnreachable, reasonOf, type Answer } from './hub'
import { countAttempt, markDelivered, markQuarantined, markRefused, noteFailure, rowOf, type LedgerRow } from './ledger'
import { askSigned, mayWrite, mustSignInAgain, session, sessionFingerprint } from './session'
import { textTwin, type StoredDocument } from './types'

interface Failure {
  id: string
  error: string
  reason?: string
}

/** Refusals of one document for its own sake. Any other error may pass, so the document waits. */
const REFUSED = new Set(['forbidden', 'unauthorized', 'bad_request', 'document_too_large', 'doc_validation', 'conflict', 'illegal_docid'])

/** Refusals of a request for the sake of what is in it. */
const UNFIT = new Set([400, 413])
/** Answers to what is in the request that may be another one next time; 500 is a hub that stumbled over something in it. */
const TRIPPED = new Set([409, 412, 415, 422, 500])
/** So many single documents in a row without one that was taken: then the hub is ill, and not the documents. */
const MOST_TRIPS = 3

/** The hub answered, and could not take these now. Others may pass. */
export class NotStored extends HubUnreachable {
  override name = 'NotStored'

  constructor(
    readonly ids: string[],
    reason: string,
  ) {
    super(`the hub could not store ${ids.length} documents now: ${reason}`)
  }
}

/** What became of the parts of a request that was halved. */
interface Tally {
  taken: number
  tripped: number
}

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
  for (const row of found.rows) if (row.doc?._rev) documents.set(row.id, withHistory(row.doc))
  return documents
}

/** A document of the first generation has no older revisions, so its history is its own revision. */
export function withHistory(document: StoredDocument): StoredDocument {
  const [generation, hash] = document._rev!.split('-') as [string, string]
  return { ...document, _revisions: { start: Number(generation), ids: [hash] } }
}

/** Push these documents to a database of the hub and write its answer into the ledger. Throws NotStored for those that it could not take. */
export async function pushTo(
  target: string,
  rows: LedgerRow[],
  documents: StoredDocument[],
  signal?: AbortSignal,
  tally: Tally = { taken: 0, tripped: 0 },
): Promise<void> {
  const answer = await askSigned<Failure[]>(`/db/${encodeURIComponent(target)}/_bulk_docs`, {
    method: 'POST',
    body: { docs: documents, new_edits: false },
    signal,
  })
  if (answer.status === 201 && Array.isArray(answer.body)) {
    tally.taken += 1
    return settle(target, rows, answer.body)
  }
  const isForItsContent = UNFIT.has(answer.status) || TRIPPED.has(answer.status)
  if (isForItsContent && rows.length > 1) return pushHalves(target, rows, documents, signal, tally)
  if (TRIPPED.has(answer.status)) tally.tripped += 1
  await settleRefusal(target, rows, answer)
}

/** One document spoils a whole request: halve it until that one is alone, and the others are through. */
async function pushHalves(target: string, rows: LedgerRow[], documents: StoredDocument[], signal: AbortSignal | undefined, tally: Tally): Promise<void> {
  const half = Math.ceil(rows.length / 2)
  const left: string[] = []
  let reason = ''
  for (const [from, to] of [[0, half], [half, rows.length]] as const) {
    try {
      await pushTo(target, rows.slice(from, to), documents.slice(from, to), signal, tally)
    } catch (error) {
      if (!(error instanceof NotStored)) throw error
      left.push(...error.ids)
      reason = error.message
    }
    if (tally.taken === 0 && tally.tripped >= MOST_TRIPS) throw new HubUnreachable(`the hub takes nothing: ${reason}`)
  }
  if (left.length > 0) throw new NotStored(left, reason)
}

async function settle(target: string, rows: LedgerRow[], results: Failure[]): Promise<void> {
  const failures = new Map(results.filter((result) => result.error).map((failure) => [failure.id, failure]))
  const taken = rows.filter((row) => !failures.has(row.id))
  if (isQuarantine(target)) await markQuarantined(taken.map((row) => row.id), sessionFingerprint())
  else await markDelivered(taken)
  const waiting: string[] = []
  let last = ''
  for (const failure of failures.values()) {
    const reason = `${failure.error}: ${failure.reason ?? ''}`
    if (!rowOf(failure.id)) continue // not one of ours
    if (REFUSED.has(failure.error)) await markRefused(failure.id, reason, sessionFingerprint())
    else {
      waiting.push(failure.id)
      last = reason
      await countAttempt(failure.id, reason)
    }
  }
  if (waiting.length > 0) throw new NotStored(waiting, last)
}

/** The request was refused as a whole, and is not to be halved. */
async function settleRefusal(target: string, rows: LedgerRow[], answer: Answer): Promise<void> {
  const reason = `${answer.status}: ${reasonOf(answer)}`
  if (answer.status === 401 && !isQuarantine(target)) {
    if (mustSignInAgain.value) return // the next round goes to the quarantine
    throw new HubUnreachable(reason)
  }
  if (answer.status === 403 || answer.status === 404) {
    for (const row of rows) await markRefused(row.id, reason, sessionFingerprint())
    return
  }
  const [only] = rows
  if (only && UNFIT.has(answer.status)) return markRefused(only.id, reason, sessionFingerprint())
  if (only && TRIPPED.has(answer.status)) {
    await countAttempt(only.id, reason)
    throw new NotStored([only.id], reason)
  }
  await noteFailure(rows.map((row) => row.id), reason)
  throw new HubUnreachable(reason)
}

/** The hub has taken one document by another way than a batch. */
export function settleTaken(target: string, row: LedgerRow): Promise<void> {
  return settle(target, [row], [])
}

/** The hub's answer to one document that it did not take. */
export function settleAnswer(target: string, row: LedgerRow, answer: Answer): Promise<void> {
  return settleRefusal(target, [row], answer)
}

export function isQuarantine(name: string): boolean {
  return textTwin(name).startsWith('quarantine_')
}
