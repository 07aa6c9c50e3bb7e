// The list: one small row per encounter, kept in the device's own database so that it is readable before PouchDB is
// loaded. Rows are made by folding only the encounters that something happened to.
import { ref, shallowRef, type Ref, type ShallowRef } from 'vue'
import { summarize, type EncounterSummary as Summary, type VitalFields } from '@/board/rules'
import { afterPaint } from '@/device/paint'
import { onArrival, onDropped } from '@/sync/changes'
import { openMailbox, readIds } from '@/sync/databases'
import { loadLedger, onDelivery, undelivered } from '@/sync/ledger'
import { deviceDatabase } from '@/sync/own_database'
import { onSession, sessionMailboxes } from '@/sync/session'
import { fold, parseDocumentId } from '../fold'
import type { Document } from '../types'
import { forgetOpened, keyRange, mailboxOf, noteMailbox, openedEncounter, readDocuments } from './held'

export type { Summary }

/** One row of the list: the summary, and what is true of its delivery. */
export type EncounterSummary = Summary & {
  encounter: string
  mailbox: string
  /** Text documents behind the row. */
  held: number
  /** Documents that only this device has: text, and photographs. */
  pending: number
  pendingMedia: number
  refused: number
  quarantined: number
  /** Version of the rules that made the row; another version makes it anew. */
  made: number
}

/** Raise it whenever summaries made by an older app must be made anew. */
const MADE_BY = 5
const TOGETHER = 25

/** The encounters of this session's mailboxes, newest first. Filled before PouchDB is loaded. */
export const summaries: ShallowRef<EncounterSummary[]> = shallowRef([])

/** Every row is made of all that has been announced: none waits to be made anew. */
export const areSettled: Ref<boolean> = ref(true)

const rows = new Map<string, EncounterSummary>()
const touched = new Set<string>()
let working: Promise<void> | null = null

/** Read the kept rows: the first thing that the app does. */
export async function loadSummaries(): Promise<void> {
  const kept = (await (await deviceDatabase()).getAll('summaries')) as unknown as EncounterSummary[]
  for (const row of kept) {
    rows.set(row.encounter, row)
    noteMailbox(row.encounter, row.mailbox)
  }
  show()
}

function show(): void {
  const readable = new Set(sessionMailboxes().map((mailbox) => mailbox.name))
  const shown = [...rows.values()].filter((row) => readable.has(row.mailbox))
  summaries.value = shown.sort((a, b) => (a.encounter < b.encounter ? 1 : -1))
}

/** Make the rows of these encounters anew, in the background, each once however often it is asked for. */
export function refreshSummaries(encounters: Iterable<string>): Promise<void> {
  for (const encounter of encounters) touched.add(encounter)
  if (touched.size > 0) areSettled.value = false
  working ??= work().finally(() => {
    working = null
    areSettled.value = true
  })
  return working
}

async function work(): Promise<void> {
  await afterPaint() // a row of the list is no answer to the tap that made it necessary
  await loadLedger()
  // The catalogue is no part of the first paint: it is needed only when a row is made.
  const { vitalFieldsById } = await import('@/catalogue/store')
  while (touched.size > 0) {
    const next = [...touched].slice(0, TOGETHER)
    const made: EncounterSummary[] = []
    for (const encounter of next) {
      touched.delete(encounter)
      const row = await makeRow(encounter, vitalFieldsById)
      if (row) made.push(row)
    }
    await keepRows(made)
  }
}

async function makeRow(encounter: string, vitalFields: VitalFields): Promise<EncounterSummary | null> {
  const open = openedEncounter(encounter)
  const mailbox = open?.mailbox ?? (await mailboxOf(encounter))
  if (!mailbox) return null
  const documents = open ? [...open.documents.value.values()] : await readDocuments(mailbox, encounter)
  if (documents.length === 0) return null
  const folded = open ? open.folded.value : fold(documents)
  return {
    ...summarize(folded, vitalFields),
    ...countsOf(encounter),
    encounter,
    mailbox,
    held: documents.filter(isText).length,
    made: MADE_BY,
  }
}

const isText = (document: Document) => document.kind !== 'rendition'

type Counts = Pick<EncounterSummary, 'pending' | 'pendingMedia' | 'refused' | 'quarantined'>

function allCounts(): Map<string, Counts> {
  const counts = new Map<string, Counts>()
  for (const row of undelivered()) {
    const encounter = parseDocumentId(row.id)?.encounter
    if (!encounter) continue
    const count = counts.get(encounter) ?? noCounts()
    if (row.state === 'device') count[row.lane === 'text' ? 'pending' : 'pendingMedia'] += 1
    else if (row.state === 'refused') count.refused += 1
    else count.quarantined += 1
    counts.set(encounter, count)
  }
  return counts
}

/** Whether the list's row says that it is over; what has no row is not known to be. */
export function isClosedEncounter(encounter: string): boolean {
  return rows.get(encounter)?.state === 'closed'
}

const noCounts = (): Counts => ({ pending: 0, pendingMedia: 0, refused: 0, quarantined: 0 })
const countsOf = (encounter: string): Counts => allCounts().get(encounter) ?? noCounts()

async function keepRows(made: EncounterSummary[]): Promise<void> {
  if (made.length === 0) return
  for (const row of made) rows.set(row.encounter, row)
  show()
  const transaction = (await deviceDatabase()).transaction('summaries', 'readwrite')
  // Through JSON: what the rules return may hold reactive or frozen objects.
  for (const row of made) void transaction.store.put(JSON.parse(JSON.stringify(row)) as EncounterSummary)
  await transaction.done
}

/** Only the delivery of these documents changed: the rows' counts follow, without folding. */
async function recount(encounters: Set<string>): Promise<void> {
  const counts = allCounts()
  const changed: EncounterSummary[] = []
  for (const encounter of encounters) {
    const row = rows.get(encounter)
    if (row) changed.push({ ...row, ...(counts.get(encounter) ?? noCounts()) })
  }
  await keepRows(changed)
}

/**
 * Compare the rows with what lies in the local databases, after a start: a crash between a document and its row, a row
 * of an older app, a lost store. Only rows that differ are made anew.
 */
export async function verifySummaries(): Promise<void> {
  const wrong = new Set<string>()
  for (const { name } of sessionMailboxes()) {
    const held = new Map<string, number>()
    for (const id of await readIds(name)) {
      const encounter = parseDocumentId(id)?.encounter
      if (encounter) held.set(encounter, (held.get(encounter) ?? 0) + 1)
    }
    for (const [encounter, count] of held) {
      const row = rows.get(encounter)
      if (row?.held === count && row.made === MADE_BY) continue
      if (!row) noteMailbox(encounter, name)
      wrong.add(encounter)
    }
  }
  await refreshSummaries(wrong)
}

function encountersOf(ids: readonly string[]): Set<string> {
  const encounters = new Set<string>()
  for (const id of ids) {
    const encounter = parseDocumentId(id)?.encounter
    if (encounter) encounters.add(encounter)
  }
  return encounters
}

const report = (error: unknown) => console.error('summaries: not refreshed', error)

onArrival((arrival) => {
  const encounters = encountersOf(arrival.ids)
  for (const encounter of encounters) if (!rows.has(encounter)) noteMailbox(encounter, arrival.mailbox)
  refreshSummaries(encounters).catch(report)
})

const toRecount = new Set<string>()
let recounting = false

onDelivery((ids) => {
  for (const encounter of encountersOf(ids)) toRecount.add(encounter)
  if (recounting) return
  recounting = true
  afterPaint()
    .then(() => {
      recounting = false
      const encounters = new Set(toRecount)
      toRecount.clear()
      return recount(encounters)
    })
    .catch(report)
})

/** The hub released encounters, and their documents have left: so do their rows. */
async function removeRows(encounters: Set<string>): Promise<void> {
  const gone: string[] = []
  for (const encounter of encounters) {
    const row = rows.get(encounter)
    const { first, last } = keyRange(encounter)
    const left = row && (await (await openMailbox(row.mailbox)).allDocs({ startkey: first, endkey: last, limit: 1 }))
    if (left?.rows.length === 0) gone.push(encounter)
  }
  const transaction = (await deviceDatabase()).transaction('summaries', 'readwrite')
  for (const encounter of gone) void transaction.store.delete(encounter)
  await transaction.done
  for (const encounter of gone) rows.delete(encounter)
  show()
}

onDropped((ids) => {
  removeRows(encountersOf(ids)).catch((error: unknown) => console.error('summaries: rows not removed', error))
})

let person: string | null = null

onSession((session) => {
  if (session?.staff.id === person) return show() // a new token, or other mailboxes
  person = session?.staff.id ?? null
  forgetOpened()
  for (const row of rows.values()) noteMailbox(row.encounter, row.mailbox)
  show()
})

/** Forget what is in memory, for tests. */
export function forgetSummaries(): void {
  rows.clear()
  touched.clear()
  toRecount.clear()
  summaries.value = []
}
