// The way out: waiting text in one gzipped request, then photographs one at a time, most urgent first.
import {
  isTextUrgent,
  markRefused,
  retryUnder,
  rowsInState,
  type LedgerRow,
} from './ledger'
import { NotStored, pushTo, quarantineOf, readForPush, readManyForPush, targetOf } from './outbox'
import { readForPieces, sendInPieces } from './upload'
import { mayWrite, mustSignInAgain, sessionFingerprint } from './session'
import type { Lane, StoredDocument } from './types'

/** One request carries at most so many documents, or about so many characters. */
const MOST_DOCUMENTS = 200
const MOST_CHARACTERS = 1_500_000

let lastFingerprint: string | null = null
/** What the quarantine refused under the present session: asked once, not again and again. */
const refusedByQuarantine = new Set<string>()

/** Another token, person or membership: what was refused or put aside gets a new try in its own mailbox. */
async function retryIfSessionChanged(): Promise<void> {
  const fingerprint = sessionFingerprint()
  if (!fingerprint || mustSignInAgain.value || fingerprint === lastFingerprint) return
  lastFingerprint = fingerprint
  refusedByQuarantine.clear()
  await retryUnder(fingerprint, (row) => mayWrite(row.mailbox))
}

/** Push all waiting text. Throws HubUnreachable when the hub does not answer, NotStored when it could not take some of it. */
export async function pushText(): Promise<void> {
  await retryIfSessionChanged()
  const left = new Set<string>()
  let problem: NotStored | null = null
  // Each round takes one batch; rounds end because each one settles its documents, leaves them or throws.
  for (;;) {
    const waiting = rowsInState('text', ['device']).filter((row) => !left.has(row.id))
    const target = waiting[0] && targetOf(waiting[0])
    if (!target) break
    const alike = waiting.filter((row) => row.mailbox === waiting[0]!.mailbox && targetOf(row) === target)
    try {
      await pushTextBatch(target, alertsFirst(alike).slice(0, MOST_DOCUMENTS))
    } catch (error) {
      if (!(error instanceof NotStored)) throw error
      problem = error
      error.ids.forEach((id) => left.add(id))
    }
  }
  await quarantineRefused('text')
  if (problem) throw problem
}

/** Encounters with a waiting pre-alert go first; within an encounter order of writing is kept. */
function alertsFirst(rows: LedgerRow[]): LedgerRow[] {
  if (rows.length <= MOST_DOCUMENTS) return rows
  const prefix = (id: string) => id.slice(0, id.indexOf(':', id.indexOf(':') + 1))
  const urgent = new Set(rows.filter((row) => row.id.includes(':prealert:')).map((row) => prefix(row.id)))
  const rank = (row: LedgerRow) => (urgent.has(prefix(row.id)) ? 0 : 1)
  return [...rows].sort((a, b) => rank(a) - rank(b))
}

async function pushTextBatch(target: string, rows: LedgerRow[]): Promise<void> {
  const found = await readManyForPush(rows[0]!.mailbox, rows)
  const sentRows: LedgerRow[] = []
  const documents: StoredDocument[] = []
  let characters = 0
  for (const row of rows) {
    const document = found.get(row.id)
    if (!document) {
      await markLost(row)
      continue
    }
    characters += JSON.stringify(document).length
    if (documents.length > 0 && characters > MOST_CHARACTERS) break
    sentRows.push(row)
    documents.push(document)
  }
  if (documents.length > 0) await pushTo(target, sentRows, documents)
}

/** The ledger knows a document that the database does not have: the browser lost it. Said, never hidden. */
function markLost(row: LedgerRow): Promise<void> {
  refusedByQuarantine.add(row.id)
  return markRefused(row.id, 'lost: this device no longer has the document', sessionFingerprint())
}

/** What a mailbox refused goes into the quarantine, so that a copy is on the hub. It keeps its reason. */
async function quarantineRefused(lane: Lane): Promise<void> {
  const target = quarantineOf(lane)
  if (!target) return
  for (const row of rowsInState(lane, ['refused'])) {
    if (refusedByQuarantine.has(row.id)) continue
    refusedByQuarantine.add(row.id)
    const document = await readForPush(row)
    if (document) await pushTo(target, [row], [document])
  }
}

/**
 * Push the most urgent waiting photograph. Resolves with true while more wait. Stopped by `signal` when text arrives:
 * then it throws like a lost connection, and later goes on where the hub has it.
 */
export async function pushOnePhoto(signal: AbortSignal): Promise<boolean> {
  if (isTextUrgent()) return false
  const row = rowsInState('media', ['device'])[0]
  const target = row && targetOf(row)
  if (!target) {
    await quarantineRefused('media')
    return false
  }
  const whole = await readForPieces(row)
  if (whole && (await sendInPieces(target, row, whole, signal))) return true
  const document = await readForPush(row)
  if (!document) await markLost(row)
  else await pushTo(target, [row], [document], signal)
  return true
}

/** Begin as a fresh page, for tests. */
export function forgetPushes(): void {
  lastFingerprint = null
  refusedByQuarantine.clear()
}
