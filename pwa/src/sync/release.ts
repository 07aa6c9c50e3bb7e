// Encounters that are over leave this device: only when a positive `release:<ulid>` document names them, and only
// documents that the hub has just confirmed, each in its very revision, in both lanes. Absence never means anything.
import { cleanUp } from './leaving'
import { openMailbox, readRange } from './databases'
import { leaveOut, type Leaving, type MakingOptions } from './generations'
import { HubUnreachable, reasonOf } from './hub'
import { loadLedger, rowOf } from './ledger'
import type { RangeRow } from './local_database'
import { lowerKept } from './losses'
import { askSigned } from './session'
import { mediaTwin, type StoredDocument } from './types'

const PREFIX = 'release:'
const IDS_AT_ONCE = 400
/** Copying a database for less than this is not worth the battery, unless room is short. */
export const WORTH_IT = 200

export interface ReleaseOptions {
  /** Room is short: do it for any number. */
  isShort?: boolean
  /** An encounter that a screen shows stays until it is closed. */
  isShown?: (encounter: string) => boolean
  onStep?: MakingOptions['onStep']
}

/** The hub takes a notice out of its mailboxes after so long; then it may leave here too. */
const NOTICE_MS = 90 * 24 * 3600_000

/** Encounters that the hub has released from this mailbox, by what it said itself and has not taken back. */
export async function releasedEncounters(mailbox: string): Promise<string[]> {
  return (await noticesIn(mailbox)).filter(saysReleased).map(({ _id }) => _id.slice(PREFIX.length))
}

function noticesIn(mailbox: string): Promise<StoredDocument[]> {
  return readRange(mailbox, PREFIX, `${PREFIX}\ufff0`)
}

/** A release that was taken back (a late entry, a reopening) says `withdrawn`; whatever else it says is no release. */
function saysReleased(document: StoredDocument): boolean {
  return (document.body as { state?: unknown } | undefined)?.state === 'released'
}

/** Drop what the hub released from a mailbox and its twin. Resolves with the number of documents that left. */
export async function dropReleased(mailbox: string, options: ReleaseOptions = {}): Promise<number> {
  await loadLedger()
  const text: Leaving[] = []
  const media: Leaving[] = []
  for (const encounter of await releasedEncounters(mailbox)) {
    if (options.isShown?.(encounter)) continue
    const [texts, photos] = [await localRows(mailbox, encounter), await localRows(mediaTwin(mailbox), encounter)]
    if (texts.length + photos.length === 0) continue
    const isWhole = (await areConfirmed(mailbox, texts)) && (await areConfirmed(mediaTwin(mailbox), photos))
    if (!isWhole) continue
    text.push(leavingOf(texts))
    media.push(leavingOf(photos))
  }
  if (text.length > 0) text.push(await oldNotices(mailbox))
  return leaveBoth(mailbox, together(text), together(media), options)
}

/** Notices that no longer matter: small, so they go only along with something larger. */
async function oldNotices(mailbox: string, now = Date.now()): Promise<Leaving> {
  const old = (await noticesIn(mailbox)).filter(({ at }) => now - Date.parse(String(at)) > NOTICE_MS)
  return new Map(old.map(({ _id, _rev }) => [_id, _rev!]))
}

async function leaveBoth(mailbox: string, text: Leaving, media: Leaving, options: ReleaseOptions): Promise<number> {
  const count = text.size + media.size
  if (count === 0 || (count < WORTH_IT && !options.isShort)) return 0
  // Photographs first: if a crash comes in between, the release document is still here and the text follows next time.
  const hasLeft = await leave(mediaTwin(mailbox), media, options)
  return hasLeft && (await leave(mailbox, text, options)) ? count : 0
}

function leave(name: string, leaving: Leaving, { onStep }: ReleaseOptions): Promise<boolean> {
  if (leaving.size === 0) return Promise.resolve(true)
  return leaveOut(name, leaving, { isRelease: true, onStep, clean: cleanUp, beforeSwitch: (kept) => lowerKept(name, kept) })
}

async function localRows(name: string, encounter: string): Promise<RangeRow[]> {
  const key = `encounter:${encounter}:`
  const { rows } = await (await openMailbox(name)).allDocs({ startkey: key, endkey: `${key}\ufff0` })
  return rows
}

/** The hub has every one of these revisions, by its answer now; and so says the ledger. */
async function areConfirmed(name: string, rows: RangeRow[]): Promise<boolean> {
  if (rows.some((row) => rowOf(row.id)?.state !== 'hub')) return false
  for (let at = 0; at < rows.length; at += IDS_AT_ONCE) {
    const page = rows.slice(at, at + IDS_AT_ONCE)
    const answer = await askSigned<Record<string, { missing?: string[] }>>(`/db/${encodeURIComponent(name)}/_revs_diff`, {
      method: 'POST',
      body: Object.fromEntries(page.map((row) => [row.id, [row.value!.rev]])),
      expectBytes: page.length * 120,
    })
    if (!answer.ok) throw new HubUnreachable(`${name}/_revs_diff: ${reasonOf(answer)}`)
    if (Object.values(answer.body).some(({ missing }) => missing?.length)) return false
  }
  return true
}

const leavingOf = (rows: RangeRow[]): Leaving => new Map(rows.map((row) => [row.id, row.value!.rev]))
const together = (parts: Leaving[]): Leaving => new Map(parts.flatMap((part) => [...part]))
