// The ledger: for each document of this device, whether the hub has it. Only the hub's positive answer for that very
// document makes it `hub`; a replicator's checkpoint does not. A document without a row is undelivered, so a crash
// between storing a document and writing its row loses nothing.
import { ref, shallowRef, type Ref, type ShallowRef } from 'vue'
import { ledgerDatabase } from './own_database'
import { hearTabs, tellTabs } from './tabs'
import type { DeliveryState, Lane, LedgerRow } from './types'

export type { DeliveryState, LedgerRow } from './types'

/** What the courier must be told of a new document. */
export interface Expectation {
  id: string
  mailbox: string
  lane: Lane
  rank: number
  bytes: number
}

/** Documents, of both lanes, that only this device has. */
export const pendingCount: Ref<number> = ref(0)
/** The same for the text lane alone: what the truth bar counts. */
export const pendingTextCount: Ref<number> = ref(0)
/** What the hub refused or put aside, with the reason, newest last. */
export const refusals: ShallowRef<LedgerRow[]> = shallowRef([])

/** Photographs of the media lane that only this device has, in the order in which they go. */
export const waitingPhotos: ShallowRef<LedgerRow[]> = shallowRef([])

const rows = new Map<string, LedgerRow>()
/** Rows that are not `hub`: few, so that counting is cheap however long the ledger grows. */
const open = new Map<string, LedgerRow>()
/** Read by `deliveryOf`, so that a screen that shows a delivery follows it. */
const version = ref(0)
type Listener = (ids: string[]) => void
const listeners = new Set<Listener>()
let loaded: Promise<void> | null = null

/** Told of every document whose delivery changed. */
export function onDelivery(listener: Listener): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

/** Read the ledger into memory, once per page. */
export function loadLedger(): Promise<void> {
  loaded ??= readAll()
  return loaded
}

async function readAll(): Promise<void> {
  const stored = await (await ledgerDatabase()).getAll('deliveries')
  stored.forEach(hold)
  changed(stored.map((row) => row.id))
}

/** Read again what is on disk: when this tab takes over the courier, other tabs may have written. */
export async function reloadLedger(): Promise<void> {
  rows.clear()
  open.clear()
  await readAll()
}

function hold(row: LedgerRow): void {
  rows.set(row.id, row)
  if (row.state === 'hub') open.delete(row.id)
  else open.set(row.id, row)
}

/** All rows that the hub has not positively taken. */
export function undelivered(): Iterable<LedgerRow> {
  return open.values()
}

/** Where a document is. Without a row it is on this device only. Reactive: a template that calls it follows changes. */
export function deliveryOf(documentId: string): DeliveryState {
  void version.value
  return rows.get(documentId)?.state ?? 'device'
}

export function rowOf(documentId: string): LedgerRow | null {
  return rows.get(documentId) ?? null
}

export function hasRow(documentId: string): boolean {
  return rows.has(documentId)
}

/** Why the hub did not take it; null when it did, or was never asked. */
export function refusalReason(documentId: string): string | null {
  return rows.get(documentId)?.reason ?? null
}

/** After so many answers that were no help, a document lets the others pass. It goes on trying, behind them. */
const STUCK_AFTER = 3

/** Whether the hub has answered again and again without taking it, though it did not refuse it. */
export function isStuck(row: LedgerRow): boolean {
  return row.attempts >= STUCK_AFTER
}

/** Whether text waits for which photographs should be held up. */
export function isTextUrgent(): boolean {
  for (const row of open.values()) if (row.lane === 'text' && row.state === 'device' && !isStuck(row)) return true
  return false
}

/** Rows in one of the states, in the order in which they should go: what is stuck last, else by rank, then by age. */
export function rowsInState(lane: Lane, states: readonly Exclude<DeliveryState, 'hub'>[]): LedgerRow[] {
  const found: LedgerRow[] = []
  for (const row of open.values()) if (row.lane === lane && (states as readonly string[]).includes(row.state)) found.push(row)
  return found.sort((a, b) => Number(isStuck(a)) - Number(isStuck(b)) || a.rank - b.rank || (a.id < b.id ? -1 : 1))
}

/** New documents are on this device and wait for the courier. Rows that exist are left alone. */
export async function expectDelivery(expected: Expectation[], at = Date.now()): Promise<void> {
  const fresh = expected.filter((one) => !rows.has(one.id))
  await write(fresh.map((one) => ({ ...one, state: 'device', reason: null, attempts: 0, at, under: null })))
}

/** The hub has said, for each of these documents, that it has it. */
export async function markDelivered(documents: { id: string; mailbox: string; lane: Lane }[], at = Date.now()): Promise<void> {
  await write(
    documents.map(({ id, mailbox, lane }) => ({
      ...(rows.get(id) ?? { rank: 0, bytes: 0, attempts: 0 }),
      id,
      mailbox,
      lane,
      state: 'hub' as const,
      reason: null,
      under: null,
      at,
    })),
  )
}

/** The hub refused this document for its own sake; `under` says under which session, so that a changed one tries again. */
export async function markRefused(id: string, reason: string, under: string | null, at = Date.now()): Promise<void> {
  await change(id, (row) => ({ ...row, state: 'refused', reason, under, attempts: row.attempts + 1, at }))
}

/** The hub has put this document into the quarantine of this device: it is safe there, but in no mailbox. */
export async function markQuarantined(ids: string[], under: string | null, at = Date.now()): Promise<void> {
  for (const id of ids) await change(id, (row) => ({ ...row, state: 'quarantined', under, at }))
}

/** An attempt failed without saying anything about the documents. */
export async function noteFailure(ids: string[], reason: string, at = Date.now()): Promise<void> {
  for (const id of ids) await change(id, (row) => ({ ...row, reason, at }))
}

/** The hub answered, and could not take this one: once more towards being stuck. */
export async function countAttempt(id: string, reason: string, at = Date.now()): Promise<void> {
  await change(id, (row) => ({ ...row, reason, attempts: row.attempts + 1, at }))
}

/** Refused and quarantined documents that deserve a new try under this session go back to waiting. */
export async function retryUnder(fingerprint: string, isWanted: (row: LedgerRow) => boolean, at = Date.now()): Promise<string[]> {
  const again: LedgerRow[] = []
  for (const row of open.values()) {
    const isAside = row.state === 'refused' || row.state === 'quarantined'
    if (isAside && row.under !== fingerprint && isWanted(row)) again.push({ ...row, state: 'device', attempts: 0, at })
  }
  await write(again)
  return again.map((row) => row.id)
}

/** The hub turned out not to have these after all (it was restored from a backup): they wait again. */
export async function markMissing(ids: string[], at = Date.now()): Promise<void> {
  for (const id of ids) await change(id, (row) => ({ ...row, state: 'device', reason: null, under: null, at }))
}

/** These left the device after the hub had released them: their rows are history that nobody asks for any more. */
export async function forgetRows(ids: readonly string[]): Promise<void> {
  const gone = ids.filter((id) => rows.get(id)?.state === 'hub')
  const transaction = (await ledgerDatabase()).transaction('deliveries', 'readwrite')
  for (const id of gone) void transaction.store.delete(id)
  await transaction.done
  for (const id of gone) rows.delete(id)
}

async function change(id: string, next: (row: LedgerRow) => LedgerRow): Promise<void> {
  const row = rows.get(id)
  if (!row) throw new Error(`ledger: no row for ${id}`)
  await write([next(row)])
}

async function write(changedRows: LedgerRow[]): Promise<void> {
  if (changedRows.length === 0) return
  // Memory first, so that screens and courier go on at once. A row lost by a crash is asked of the hub once more.
  changedRows.forEach(hold)
  const ids = changedRows.map((row) => row.id)
  changed(ids)
  const transaction = (await ledgerDatabase()).transaction('deliveries', 'readwrite')
  for (const row of changedRows) void transaction.store.put(row)
  await transaction.done
  tellTabs({ type: 'ledger', ids })
}

function changed(ids: string[]): void {
  let pending = 0
  let pendingText = 0
  const aside: LedgerRow[] = []
  for (const row of open.values()) {
    if (row.state !== 'device') aside.push(row)
    else {
      pending += 1
      if (row.lane === 'text') pendingText += 1
    }
  }
  version.value += 1
  pendingCount.value = pending
  pendingTextCount.value = pendingText
  waitingPhotos.value = pending > pendingText ? rowsInState('media', ['device']) : []
  refusals.value = aside.sort((a, b) => a.at - b.at)
  for (const listener of listeners) listener(ids)
}

hearTabs((message) => {
  if (message.type !== 'ledger') return
  refresh(message.ids).catch((error: unknown) => console.error('ledger: rows of another tab cannot be read', error))
})

async function refresh(ids: string[]): Promise<void> {
  const store = (await ledgerDatabase()).transaction('deliveries').store
  for (const row of await Promise.all(ids.map((id) => store.get(id)))) if (row) hold(row)
  changed(ids)
}

/** Forget what is in memory, for tests: as a crash and a restart would. */
export function forgetLedger(): void {
  rows.clear()
  open.clear()
  loaded = null
  changed([])
}
