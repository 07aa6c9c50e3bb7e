// A photograph in pieces: the hub says how much of it is there, the phone goes on behind it. After a tunnel, a night's
// sleep, another network or address, a new token or a restart of either side nothing is sent twice.
import { openMailbox } from './databases'
import { HubUnreachable, type Answer } from './hub'
import { settleAnswer, settleTaken } from './outbox'
import type { LedgerRow } from './ledger'
import { setUpload } from './progress'
import { askSigned } from './session'
import type { StoredDocument } from './types'

/** Smaller ones go whole: a lost one costs less than the questions. */
export const IN_PIECES_FROM = 48_000
const FIRST_PIECE = 48_000
const LARGEST_PIECE = 1_000_000
/** A piece that went faster than this is followed by a larger one. */
const QUICK_MS = 1_500
const MOST_CONFLICTS = 5

interface UploadAnswer {
  offset?: number
  complete?: boolean
  error?: string
}

interface Whole {
  document: StoredDocument
  bytes: Blob
  sha256: string
}

/** What is to be sent in pieces; null where it must go whole: it is small, or was stored without its digest. */
export async function readForPieces(row: LedgerRow): Promise<Whole | null> {
  if (row.bytes > 0 && row.bytes < IN_PIECES_FROM) return null
  const database = await openMailbox(row.mailbox)
  try {
    const { _attachments: attachments, ...document } = await database.get(row.id, { revs: true })
    const { sha256 } = (document.body ?? {}) as { sha256?: unknown }
    if (typeof sha256 !== 'string' || Object.keys(attachments ?? {}).join() !== 'bytes') return null
    const bytes = await database.getAttachment(row.id, 'bytes')
    return bytes.size < IN_PIECES_FROM ? null : { document: document as StoredDocument, bytes, sha256 }
  } catch (error) {
    if ((error as { status?: number }).status === 404) return null // the way of whole documents says that it is lost
    throw error
  }
}

/** Send it from where the hub has it. False when this hub takes no pieces there: then it goes whole. */
export async function sendInPieces(target: string, row: LedgerRow, whole: Whole, signal: AbortSignal): Promise<boolean> {
  const address = `/db/${encodeURIComponent(target)}/_uploads/${encodeURIComponent(row.id)}`
  const begun = await askSigned<UploadAnswer>(address, { signal })
  if (begun.status === 404 || begun.status === 405) return false
  if (!begun.ok) {
    await settleAnswer(target, row, begun)
    return true
  }
  let offset = begun.body.complete ? whole.bytes.size : (begun.body.offset ?? 0)
  for (let conflicts = 0; ; conflicts += 1) {
    const sent = await sendFrom(address, row.id, whole, offset, signal)
    const answer = sent ?? (await finish(address, whole, signal))
    if (answer.ok) {
      await settleTaken(target, row)
      setUpload(row.id, null)
      return true
    }
    // Another tab was at it, or the hub threw broken bytes away: it says where to go on.
    const next = answer.body?.offset
    if (typeof next !== 'number' || conflicts >= MOST_CONFLICTS) {
      await settleAnswer(target, row, answer)
      return true
    }
    offset = next
  }
}

/** Send pieces to the end. Resolves with null when all are there, else with the hub's answer to the one that it did not take. */
async function sendFrom(address: string, id: string, { bytes }: Whole, from: number, signal: AbortSignal): Promise<Answer<UploadAnswer> | null> {
  let offset = from
  let size = FIRST_PIECE
  while (offset < bytes.size) {
    setUpload(id, { done: offset, total: bytes.size })
    const end = Math.min(bytes.size, offset + size)
    const began = performance.now()
    const answer = await askSigned<UploadAnswer>(address, {
      method: 'PATCH',
      bytes: bytes.slice(offset, end),
      headers: { 'Content-Range': `bytes ${offset}-${end - 1}/${bytes.size}` },
      signal,
    })
    if (!answer.ok) return answer
    if (typeof answer.body?.offset !== 'number' || answer.body.offset <= offset) throw new HubUnreachable(`${address}: no offset`)
    offset = answer.body.offset
    if (performance.now() - began < QUICK_MS) size = Math.min(LARGEST_PIECE, size * 2)
  }
  setUpload(id, { done: bytes.size, total: bytes.size })
  return null
}

function finish(address: string, { document, bytes, sha256 }: Whole, signal: AbortSignal): Promise<Answer<UploadAnswer>> {
  const content_type = bytes.type || 'image/jpeg'
  return askSigned<UploadAnswer>(address, {
    method: 'POST',
    body: { document, attachment: 'bytes', sha256, length: bytes.size, content_type },
    signal,
  })
}
