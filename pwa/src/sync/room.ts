// Making room when the device runs short: first originals of photographs that the hub has, the oldest closed encounters
// first, then thumbnails of closed encounters. What the hub has not is never touched, and text never goes this way.
import { openMailbox } from './databases'
import { leaveOut, type Leaving, type MakingOptions } from './generations'
import { cleanUp } from './leaving'
import { rowOf } from './ledger'
import { lowerKept } from './losses'
import { keepStubs } from './renditions'
import { mediaTwin, type StoredDocument } from './types'

export interface RoomOptions {
  /** Bytes that should become free. */
  wantedBytes: number
  /** Bytes that may still be written: what is kept must be copied before the rest can go. */
  leftBytes: number
  isClosed: (encounter: string) => boolean
  onStep?: MakingOptions['onStep']
}

interface Candidate {
  document: StoredDocument
  bytes: number
  /** Smaller goes first. */
  order: number
}

/** Drop what the hub has until enough is free. Resolves with the bytes that left this mailbox's media lane. */
export async function makeRoom(mailbox: string, options: RoomOptions): Promise<number> {
  const name = mediaTwin(mailbox)
  const { rows } = await (await openMailbox(name)).allDocs({ include_docs: true })
  const documents = rows.flatMap((row) => (row.doc ? [row.doc] : []))
  const candidates = documents.flatMap((document) => candidateOf(document, options)).sort(inOrder)
  let chosen = take(candidates, options.wantedBytes)
  if (bytesOf(documents) - freed(chosen) > options.leftBytes) chosen = candidates // a smaller copy may still fit
  if (chosen.length === 0 || bytesOf(documents) - freed(chosen) > options.leftBytes) return 0
  const leaving: Leaving = new Map(chosen.map(({ document }) => [document._id, document._rev!]))
  await keepStubs(name, chosen.map(({ document }) => document)) // the record goes on showing them, from the hub
  const isDone = await leaveOut(name, leaving, {
    isRelease: false,
    onStep: options.onStep,
    clean: cleanUp,
    beforeSwitch: (kept) => lowerKept(name, kept),
  })
  return isDone ? freed(chosen) : 0
}

function candidateOf(document: StoredDocument, { isClosed }: RoomOptions): Candidate[] {
  if (rowOf(document._id)?.state !== 'hub') return []
  const isOriginal = (document.body as { rendition?: unknown } | undefined)?.rendition === 'original'
  const isOver = isClosed(document._id.split(':')[1] ?? '')
  if (!isOriginal && !isOver) return []
  return [{ document, bytes: byteLength(document), order: isOriginal ? (isOver ? 0 : 1) : 2 }]
}

/** Ids begin with the encounter's ULID, so the older one is the smaller one. */
const inOrder = (a: Candidate, b: Candidate) => a.order - b.order || (a.document._id < b.document._id ? -1 : 1)

function take(candidates: Candidate[], wantedBytes: number): Candidate[] {
  let sum = 0
  const enough = candidates.findIndex(({ bytes }) => (sum += bytes) >= wantedBytes)
  return enough === -1 ? candidates : candidates.slice(0, enough + 1)
}

const byteLength = (document: StoredDocument) => document._attachments?.bytes?.length ?? 0
const bytesOf = (documents: StoredDocument[]) => documents.reduce((sum, document) => sum + byteLength(document), 0)
const freed = (chosen: Candidate[]) => chosen.reduce((sum, { bytes }) => sum + bytes, 0)
