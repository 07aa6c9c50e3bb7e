// The documents of encounters as this device holds them: reading them from the local databases, keeping the opened ones
// folded, following every arrival. Lists are summaries.ts, writing is write.ts.
import { shallowRef, type ShallowRef } from 'vue'
import { onArrival, type Arrival } from '@/sync/changes'
import { openMailbox, readRange } from '@/sync/databases'
import { deliveryOf, loadLedger, onDelivery } from '@/sync/ledger'
import { deviceDatabase } from '@/sync/own_database'
import { sessionMailboxes } from '@/sync/session'
import { mediaTwin, type DeliveryState, type StoredDocument } from '@/sync/types'
import { fold, parseDocumentId } from '../fold'
import type { Document, Folded } from '../types'

/** An encounter on a screen. The refs follow everything that this device learns of it. */
export interface OpenEncounter {
  readonly encounter: string
  /** The local mailbox that it lies in and is written to. */
  readonly mailbox: string
  readonly folded: ShallowRef<Folded>
  /** Of every document by its id: where it is. */
  readonly delivery: ShallowRef<ReadonlyMap<string, DeliveryState>>
  /** The documents behind the fold by their id, renditions without bytes among them. */
  readonly documents: ShallowRef<ReadonlyMap<string, Document>>
  /** The screen is done with it. It stays at hand for a while; without this call it is followed for as long as the page. */
  close(): void
}

/** Nothing of this encounter is on this device. */
export class EncounterUnknown extends Error {
  override name = 'EncounterUnknown'
}

const MOST_OPEN = 8
const LAST_KEY = '\ufff0'

const opened = new Map<string, OpenEncounter>()
/** How many screens hold each opened encounter. */
const holders = new Map<string, number>()
const opening = new Map<string, Promise<OpenEncounter>>()
/** Which mailbox an encounter lies in; filled by summaries and by what is written. */
const mailboxes = new Map<string, string>()

export function keyRange(encounter: string): { first: string; last: string } {
  return { first: `encounter:${encounter}:`, last: `encounter:${encounter}:${LAST_KEY}` }
}

export function noteMailbox(encounter: string, mailbox: string): void {
  mailboxes.set(encounter, mailbox)
}

/** The mailbox of an encounter; null when no document of it is here. */
export async function mailboxOf(encounter: string): Promise<string | null> {
  const known = mailboxes.get(encounter)
  if (known) return known
  const { first, last } = keyRange(encounter)
  for (const { name } of sessionMailboxes()) {
    const { rows } = await (await openMailbox(name)).allDocs({ startkey: first, endkey: last, limit: 1 })
    if (rows.length === 0) continue
    noteMailbox(encounter, name)
    return name
  }
  return null
}

/** Every document of an encounter on this device: text, own renditions, and renditions that only the hub has. */
export async function readDocuments(mailbox: string, encounter: string): Promise<Document[]> {
  const { first, last } = keyRange(encounter)
  const stubs = await (await deviceDatabase()).getAllFromIndex('renditions', 'encounter', encounter)
  const texts = await readRange(mailbox, first, last)
  const hasPhotos = texts.some((document) => document.kind === 'media')
  const renditions = hasPhotos ? await readRange(mediaTwin(mailbox), first, last) : []
  const documents = new Map<string, StoredDocument>()
  for (const stub of stubs) documents.set(stub.id, stub.document)
  for (const document of [...texts, ...renditions]) documents.set(document._id, document)
  return [...documents.values()] as unknown as Document[]
}

/** Open an encounter for a screen. The same object comes back while it stays among the recently opened. */
export async function openEncounter(encounter: string): Promise<OpenEncounter> {
  const open = await heldEncounter(encounter)
  holders.set(encounter, (holders.get(encounter) ?? 0) + 1)
  return open
}

/** The same for a moment's work: nobody needs to close it. */
export function heldEncounter(encounter: string): Promise<OpenEncounter> {
  const known = opened.get(encounter)
  if (known) {
    opened.delete(encounter)
    opened.set(encounter, known) // most recently used is last
    return Promise.resolve(known)
  }
  let promise = opening.get(encounter)
  if (!promise) {
    promise = load(encounter).finally(() => opening.delete(encounter))
    opening.set(encounter, promise)
  }
  return promise
}

async function load(encounter: string): Promise<OpenEncounter> {
  await loadLedger()
  const mailbox = await mailboxOf(encounter)
  if (!mailbox) throw new EncounterUnknown(`encounter ${encounter} is not on this device`)
  const late: Arrival[] = []
  const stopListening = onArrival((arrival) => late.push(arrival)) // what arrives while we read is not missed
  const documents = await readDocuments(mailbox, encounter)
  const open = makeOpen(encounter, mailbox, documents)
  stopListening()
  opened.set(encounter, open)
  for (const arrival of late) await follow(open, arrival)
  forgetOldest()
  return open
}

function forgetOldest(): void {
  for (const oldest of [...opened.keys()]) {
    if (opened.size <= MOST_OPEN) return
    if (!holders.get(oldest)) opened.delete(oldest)
  }
}

function release(encounter: string): void {
  const left = (holders.get(encounter) ?? 0) - 1
  if (left > 0) holders.set(encounter, left)
  else holders.delete(encounter)
  forgetOldest()
}

function makeOpen(encounter: string, mailbox: string, documents: Document[]): OpenEncounter {
  const byId = new Map(documents.map((document) => [document._id, document]))
  return {
    encounter,
    mailbox,
    documents: shallowRef(byId),
    folded: shallowRef(fold(documents)),
    delivery: shallowRef(new Map([...byId.keys()].map((id) => [id, deliveryOf(id)]))),
    close: () => release(encounter),
  }
}

/** The opened encounter, if it is among those kept. */
export function openedEncounter(encounter: string): OpenEncounter | null {
  return opened.get(encounter) ?? null
}

/** Whether a screen of this tab shows this encounter now. */
export function isShown(encounter: string): boolean {
  return (holders.get(encounter) ?? 0) > 0
}

/** Put new documents into an opened encounter and fold it again. */
function absorb(open: OpenEncounter, documents: readonly Document[]): void {
  const fresh = documents.filter(({ _id }) => !open.documents.value.has(_id))
  if (fresh.length === 0) return
  const byId = new Map(open.documents.value)
  for (const document of fresh) byId.set(document._id, document)
  open.documents.value = byId
  open.folded.value = fold([...byId.values()])
  open.delivery.value = new Map([...byId.keys()].map((id) => [id, deliveryOf(id)]))
}

async function follow(open: OpenEncounter, arrival: Arrival): Promise<void> {
  const ids = arrival.ids.filter((id) => parseDocumentId(id)?.encounter === open.encounter)
  if (ids.length === 0) return
  const atHand = new Map((arrival.documents ?? []).map((document) => [document._id, document]))
  if (ids.every((id) => atHand.has(id))) {
    absorb(open, ids.map((id) => withoutBytes(atHand.get(id)!)))
  } else {
    absorb(open, await readDocuments(open.mailbox, open.encounter))
  }
}

function withoutBytes(document: StoredDocument): Document {
  const { _attachments: _, ...rest } = document
  return rest as unknown as Document
}

onArrival((arrival) => {
  for (const open of opened.values()) {
    follow(open, arrival).catch((error: unknown) => console.error(`encounter ${open.encounter}: not refreshed`, error))
  }
})

onDelivery((ids) => {
  const touched = new Set(ids.map((id) => parseDocumentId(id)?.encounter))
  for (const open of opened.values()) {
    if (!touched.has(open.encounter)) continue
    open.delivery.value = new Map([...open.documents.value.keys()].map((id) => [id, deliveryOf(id)]))
  }
})

/** Forget all that is in memory, for tests and when the session changes. */
export function forgetOpened(): void {
  opened.clear()
  holders.clear()
  mailboxes.clear()
}
