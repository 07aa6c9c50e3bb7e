// The way in: what is new in a mailbox since the last time, in two requests, or in one when nothing is.
// Our own pushes come back as ids only. PouchDB's replicator (reconcile.ts) checks behind this now and then.
import { announce } from './changes'
import { openMailbox, storeFromHub } from './databases'
import { HubUnreachable, reasonOf, type Answer } from './hub'
import { markDelivered } from './ledger'
import { readValue, writeValue } from './own_database'
import { firstPull, setFetching, setFirstPull } from './progress'
import { withHistory } from './outbox'
import { fetchDocuments, isThumbnail, keepStubs, knownStubs } from './renditions'
import { keepRoster, rosterChecked } from './roster'
import { askSigned, session } from './session'
import { mediaTwin, textTwin, type Lane, type StoredDocument } from './types'

interface Change {
  seq: number | string
  id: string
  changes: { rev: string }[]
  deleted?: boolean
  doc?: StoredDocument
}
interface ChangesAnswer {
  results: Change[]
  last_seq: number | string
}

const CHANGES_AT_ONCE = 500
/** Changes that bring their documents along: few enough that a broken line does not cost much. */
const CHANGES_WITH_DOCUMENTS = 100
const DOCUMENTS_AT_ONCE = 100
const THUMBNAILS_AT_ONCE = 8

function checkpointName(database: string): string {
  return `since:${session.value?.hub.uuid ?? ''}:${database}`
}

/** Ask for everything once more: after the local database was lost, or the hub does not know our place. */
export async function forgetCheckpoint(database: string): Promise<void> {
  await writeValue(checkpointName(database), 0)
}

/** Go through all changes since the kept place. The place moves on only after `take` has stored a page durably. */
async function eachPage(
  database: string,
  extra: string,
  take: (changes: Change[]) => Promise<void>,
  { signal, limit = CHANGES_AT_ONCE, expectBytes = limit * 150 }: { signal?: AbortSignal; limit?: number; expectBytes?: number } = {},
): Promise<void> {
  let hasStartedOver = false
  for (;;) {
    const name = checkpointName(database)
    const since = (await readValue<number | string>(name)) ?? 0
    const query = `limit=${limit}&since=${encodeURIComponent(String(since))}${extra}`
    const answer = await askSigned<ChangesAnswer>(`/db/${encodeURIComponent(database)}/_changes?${query}`, { expectBytes, signal })
    if (answer.status === 404) return // the hub makes a mailbox with its first document
    if (answer.status === 400 && !hasStartedOver && since !== 0) {
      hasStartedOver = true
      await forgetCheckpoint(database)
      continue
    }
    if (!answer.ok) throw new HubUnreachable(`${database}/_changes: ${reasonOf(answer)}`)
    const { results, last_seq } = answer.body
    const isMore = results.length >= limit
    if (isMore) setFetching(database, true)
    if (results.length > 0) await take(results)
    if (last_seq !== since) await writeValue(name, last_seq)
    if (!isMore) return
  }
}

/** Most changes that a first pull sorts before it fetches; more come in further rounds. */
const FIRST_CHANGES = 20_000

/**
 * The first pull of a mailbox: all ids first, then the documents, the newest encounters first, so that the list can be
 * used from the first answer on. Broken off, it begins again and fetches only what is not here yet.
 */
async function pullFirst(mailbox: string): Promise<void> {
  const changes: Change[] = []
  let since: number | string = 0
  for (let isMore = true; isMore && changes.length < FIRST_CHANGES; ) {
    const query = `style=all_docs&limit=${FIRST_CHANGES / 10}&since=${encodeURIComponent(String(since))}`
    const answer: Answer<ChangesAnswer> = await askSigned<ChangesAnswer>(`/db/${encodeURIComponent(mailbox)}/_changes?${query}`, {
      expectBytes: FIRST_CHANGES * 15,
    })
    if (answer.status === 404) return
    if (!answer.ok) throw new HubUnreachable(`${mailbox}/_changes: ${reasonOf(answer)}`)
    changes.push(...answer.body.results)
    isMore = answer.body.last_seq !== since && answer.body.results.length > 0
    since = answer.body.last_seq
  }
  if (changes.length === 0) return
  const before = firstPull.value ?? { done: 0, total: 0 }
  setFetching(mailbox, true)
  setFirstPull({ done: before.done, total: before.total + changes.length })
  for (const page of wholeEncounters(changes)) {
    await takeText(mailbox, page)
    setFirstPull({ done: (firstPull.value?.done ?? 0) + page.length, total: firstPull.value?.total ?? page.length })
  }
  await writeValue(checkpointName(mailbox), since)
}

/** Encounters' ULIDs sort by age; what is no encounter comes last. */
const encounterOf = (id: string) => (id.startsWith('encounter:') ? (id.split(':')[1] ?? '') : '')

/**
 * Cut into pieces of about DOCUMENTS_AT_ONCE, the newest encounters first, and never through an encounter: a record that
 * is folded from its alert without its closure or its answer would ring for a patient who left long ago.
 */
function wholeEncounters<Named extends { id: string }>(named: readonly Named[]): Named[][] {
  const byEncounter = new Map<string, Named[]>()
  for (const one of named) {
    const encounter = encounterOf(one.id)
    byEncounter.set(encounter, [...(byEncounter.get(encounter) ?? []), one])
  }
  const pieces: Named[][] = []
  for (const encounter of [...byEncounter.keys()].sort().reverse()) {
    const whole = byEncounter.get(encounter)!
    const last = pieces.at(-1)
    if (last && last.length + whole.length <= DOCUMENTS_AT_ONCE) last.push(...whole)
    else pieces.push([...whole])
  }
  return pieces
}

/** Pull several text mailboxes; those that this device has never pulled first, with their progress. `isNudged`: see pullText. */
export async function pullTexts(mailboxes: readonly string[], isNudged = false): Promise<void> {
  const fresh: string[] = []
  for (const mailbox of mailboxes) if (!(await readValue(checkpointName(mailbox)))) fresh.push(mailbox)
  try {
    for (const mailbox of fresh) await pullWith(pullFirst, mailbox)
  } finally {
    if (firstPull.value) setFirstPull(null)
  }
  for (const mailbox of mailboxes) await pullText(mailbox, isNudged)
}

/** When a pull is through, or broken off, screens go by what is here: whole encounters, as the hub had them. */
async function pullWith(pull: (mailbox: string) => Promise<void>, mailbox: string): Promise<void> {
  try {
    await pull(mailbox)
  } finally {
    setFetching(mailbox, false)
  }
}

/**
 * Pull a text mailbox. What a hospital is nudged for was written elsewhere: it comes in one request instead of two. A
 * crew is nudged for its own pushes as well, which must not come back whole.
 */
export async function pullText(mailbox: string, isNudged = false): Promise<void> {
  const take = (changes: Change[]) => takeText(mailbox, changes)
  const isAlong = isNudged && mailbox.startsWith('site_')
  const options = isAlong ? { limit: CHANGES_WITH_DOCUMENTS, expectBytes: CHANGES_WITH_DOCUMENTS * 1_000 } : {}
  await pullWith(() => eachPage(mailbox, `&style=all_docs${isAlong ? '&include_docs=true' : ''}`, take, options), mailbox)
}

async function takeText(mailbox: string, changes: Change[]): Promise<void> {
  const { here, wanted } = await sortOut(mailbox, changes)
  await delivered(mailbox, 'text', here)
  const along = new Map(changes.flatMap(({ doc }) => (doc && isFirstRevision(doc) ? [[`${doc._id} ${doc._rev}`, withHistory(doc)]] : [])))
  for (const piece of wholeEncounters(wanted)) {
    const arrived = piece.flatMap(({ id, rev }) => along.get(`${id} ${rev}`) ?? [])
    if (arrived.length > 0) await storeFromHub(mailbox, arrived)
    const missing = piece.filter(({ id, rev }) => !along.has(`${id} ${rev}`))
    for (let at = 0; at < missing.length; at += DOCUMENTS_AT_ONCE) {
      const documents = await fetchDocuments(mailbox, missing.slice(at, at + DOCUMENTS_AT_ONCE))
      await storeFromHub(mailbox, documents)
      arrived.push(...documents)
    }
    const ids = arrived.map(({ _id }) => _id)
    await delivered(mailbox, 'text', ids)
    announce({ mailbox, ids, source: 'hub', documents: arrived })
  }
}

/** Of a later revision the feed does not tell the history: it is fetched. */
const isFirstRevision = (document: StoredDocument) => document._rev?.startsWith('1-') === true

/** Which of the changed documents are here in that very revision, and which must be fetched. */
async function sortOut(database: string, changes: Change[]): Promise<{ here: string[]; wanted: { id: string; rev: string }[] }> {
  const local = await (await openMailbox(database)).allDocs({ keys: changes.map((change) => change.id) })
  const revisions = new Map(local.rows.map((row) => [row.id, row.value?.rev]))
  const here: string[] = []
  const wanted: { id: string; rev: string }[] = []
  for (const change of changes) {
    if (change.deleted) continue // dropping is never deletion: only a release document lets a device forget
    const missing = change.changes.filter(({ rev }) => rev !== revisions.get(change.id))
    if (missing.length === 0) here.push(change.id)
    for (const { rev } of missing) wanted.push({ id: change.id, rev })
  }
  return { here, wanted }
}

async function delivered(name: string, lane: Lane, ids: string[]): Promise<void> {
  await markDelivered(ids.map((id) => ({ id, mailbox: name, lane })))
}

/** Pull what photographs there are, and the thumbnails' bytes. `signal` stops it when text waits. */
export async function pullMedia(mailbox: string, signal: AbortSignal): Promise<void> {
  const name = mediaTwin(mailbox)
  await eachPage(name, '', (changes) => takeMedia(name, changes, signal), { signal })
}

async function takeMedia(name: string, changes: Change[], signal: AbortSignal): Promise<void> {
  const { here, wanted } = await sortOut(name, changes)
  await delivered(name, 'media', here)
  const known = await knownStubs(wanted.map(({ id }) => id))
  for (let at = 0; at < wanted.length; at += DOCUMENTS_AT_ONCE) {
    const page = wanted.slice(at, at + DOCUMENTS_AT_ONCE)
    const stubs = await fetchDocuments(name, page, { signal })
    await keepStubs(name, stubs)
    await delivered(name, 'media', stubs.map(({ _id }) => _id))
    const fresh = stubs.filter(({ _id }) => !known.has(_id))
    announce({ mailbox: textTwin(name), ids: fresh.map(({ _id }) => _id), source: 'hub', documents: fresh })
    await takeThumbnails(name, stubs.filter(isThumbnail), signal)
  }
}

async function takeThumbnails(name: string, stubs: StoredDocument[], signal: AbortSignal): Promise<void> {
  for (let at = 0; at < stubs.length; at += THUMBNAILS_AT_ONCE) {
    const page = stubs.slice(at, at + THUMBNAILS_AT_ONCE).map(({ _id, _rev }) => ({ id: _id, rev: _rev }))
    const documents = await fetchDocuments(name, page, { attachments: true, expectBytes: page.length * 40_000, signal })
    await storeFromHub(name, documents)
    announce({ mailbox: textTwin(name), ids: documents.map(({ _id }) => _id), source: 'hub' })
  }
}

/** Pull the roster into its own small store. */
export async function pullRoster(): Promise<void> {
  await eachPage('roster', '&include_docs=true', async (changes) => {
    const removed = changes.filter((change) => change.deleted).map((change) => change.id)
    await keepRoster(changes.flatMap((change) => (change.doc && !change.deleted ? [change.doc] : [])), removed)
  })
  await rosterChecked()
}
