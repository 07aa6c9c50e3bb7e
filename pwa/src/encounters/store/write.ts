// Writing facts: each becomes one new document in the local mailbox. Nothing here waits for the network, and nothing
// changes a document that exists: a correction supersedes, a retraction names what was wrong.
import { acting } from '@/board/acting'
import { newUlid } from '@/device/ids'
import { stampClock } from '@/sync/clock'
import { commit } from '@/sync/databases'
import { homeMailbox, session } from '@/sync/session'
import type { StoredDocument } from '@/sync/types'
import { correctedTimes } from '../folding/corrected_times'
import type { Author, Body, Document, TimeBasis } from '../types'
import { mailboxOf, noteMailbox, heldEncounter } from './held'
import { noteUnmeasured, whenMeasured } from './late_clock'

export interface RecordOptions {
  /** ISO instant; without it the tap's own time, now. */
  occurredAt?: string
  /** `stated` for a time that somebody typed or told: it is never shifted by the clock's offset. Default `device`. */
  timeBasis?: TimeBasis
  /** The document that this one corrects. */
  supersedes?: string | null
  /** Who acts; without it the person chosen on a shared tablet, else the signed-in one. */
  author?: Author
  /** The last part of the document's id, made before, where another document of the same moment names it. */
  ulid?: string
}

/** Nobody is signed in, or the person's role has no mailbox to write to. */
export class MayNotRecord extends Error {
  override name = 'MayNotRecord'
}

/** The envelope of a new document around its body. */
export function makeDocument(encounter: string, kind: string, body: Body, options: RecordOptions = {}): Document {
  const current = session.value
  if (!current) throw new MayNotRecord('nobody is signed in on this device')
  const clock = stampClock()
  const now = new Date().toISOString()
  if (clock.offset_ms === null) noteUnmeasured(clock.session, encounter)
  return {
    _id: `encounter:${encounter}:${kind}:${options.ulid ?? newUlid()}`,
    kind,
    schema: 1,
    occurred_at: options.occurredAt ?? now,
    time_basis: options.timeBasis ?? 'device',
    recorded_at: now,
    clock,
    author: options.author ?? authorNow(current.staff),
    device: current.device.id,
    supersedes: options.supersedes ?? null,
    body: JSON.parse(JSON.stringify(body)) as Body, // reactive objects of a form cannot be stored as they are
  }
}

/** Whoever was chosen on a shared tablet writes on every screen of it, not only on the record's own. */
function authorNow(own: { id: string; role: string }): Author {
  const person = acting.value ?? { ...own, badge: null }
  return { staff: person.id, role: person.role, badge: person.badge }
}

export async function writableMailbox(encounter: string): Promise<string> {
  const mailbox = (await mailboxOf(encounter)) ?? homeMailbox()
  if (!mailbox) throw new MayNotRecord('this role has no mailbox to write to')
  noteMailbox(encounter, mailbox)
  return mailbox
}

async function commitAll(encounter: string, documents: Document[]): Promise<void> {
  await commit(await writableMailbox(encounter), documents as unknown as StoredDocument[])
}

/**
 * Record one fact. Resolves with the document's id after it is durable on this device; the courier delivers it by
 * itself. Rejects when the device cannot store it (`isStorageFull`).
 */
export async function record(encounter: string, kind: string, body: Body, options?: RecordOptions): Promise<string> {
  const document = makeDocument(encounter, kind, body, options)
  await commitAll(encounter, [document])
  return document._id
}

export interface Fact {
  kind: string
  body: Body
  options?: RecordOptions
}

/** Record several facts of one moment: all of them or none. */
export async function recordAll(encounter: string, facts: readonly Fact[]): Promise<string[]> {
  const documents = facts.map((fact) => makeDocument(encounter, fact.kind, fact.body, fact.options))
  await commitAll(encounter, documents)
  return documents.map((document) => document._id)
}

export interface NewEncounter {
  symptom?: string
  /** When it began for us: the first tap, kept. */
  occurredAt?: string
  /** What is true of it from its beginning, such as the band that it began with: written with it, or not at all. */
  facts?: readonly Fact[]
}

/** Begin an encounter in the home mailbox of the session, in one commit. Resolves with its ULID. */
export async function newEncounter(pathway: string, options: NewEncounter = {}): Promise<string> {
  const mailbox = homeMailbox()
  if (!mailbox) throw new MayNotRecord('this role has no mailbox to begin an encounter in')
  const encounter = newUlid()
  const body: Body = { ...placeOf(mailbox), pathway }
  if (options.symptom) body.symptom = options.symptom
  noteMailbox(encounter, mailbox)
  await recordAll(encounter, [{ kind: 'encounter', body, options: { occurredAt: options.occurredAt } }, ...(options.facts ?? [])])
  return encounter
}

function placeOf(mailbox: string): Body {
  const at = mailbox.indexOf('_')
  return { [mailbox.slice(0, at)]: mailbox.slice(at + 1) }
}

/** Choose another pathway (or symptom): a new header that supersedes the first. */
export async function changePathway(encounter: string, pathway: string, symptom?: string): Promise<string> {
  const { documents } = await heldEncounter(encounter)
  const headers = [...documents.value.values()].filter((document) => document.kind === 'encounter')
  const superseded = new Set(headers.map((document) => document.supersedes))
  const head = headers.filter((document) => !superseded.has(document._id)).at(-1)
  const body: Body = { ...head?.body, pathway }
  if (symptom) body.symptom = symptom
  return record(encounter, 'encounter', body, { supersedes: head?._id ?? null })
}

/** Say that an entry was wrong. It stays in the record, struck through. */
export function retract(encounter: string, id: string, reason: string, movedTo?: string): Promise<string> {
  return record(encounter, 'retraction', movedTo ? { of: id, reason, moved_to: movedTo } : { of: id, reason })
}

/** Correct an entry: a new document of its kind that supersedes it, for the same moment unless another is given. */
export async function correct(encounter: string, id: string, body: Body, options: RecordOptions = {}): Promise<string> {
  const open = await heldEncounter(encounter)
  const wrong = await documentOf(encounter, id)
  const moment = options.occurredAt ? {} : sameMoment(wrong, [...open.documents.value.values()])
  return record(encounter, wrong.kind, body, { ...moment, ...options, supersedes: id })
}

/** The moment of an entry, said so that the clock reading of a new document, made now and here, gives it back. */
function sameMoment(wrong: Document, documents: Document[]): RecordOptions {
  const at = correctedTimes(documents).get(wrong._id)?.at ?? null
  const { offset_ms: offset } = stampClock()
  if (wrong.time_basis === 'stated' || at === null) {
    return { occurredAt: wrong.occurred_at, timeBasis: wrong.time_basis ?? 'device' }
  }
  if (offset !== null) return { occurredAt: new Date(at - offset).toISOString(), timeBasis: 'device' }
  if (wrong.device === session.value?.device.id) return { occurredAt: wrong.occurred_at, timeBasis: 'device' }
  return { occurredAt: new Date(at).toISOString(), timeBasis: 'stated' }
}

export async function documentOf(encounter: string, id: string): Promise<Document> {
  const document = (await heldEncounter(encounter)).documents.value.get(id)
  if (!document) throw new Error(`${id} is not on this device`)
  return document
}

/** End an encounter: `handed_over`, `not_transported`, `died` or `cancelled`. */
export function closeEncounter(encounter: string, reason: string, text?: string): Promise<string> {
  return record(encounter, 'closure', text ? { state: 'closed', reason, text } : { state: 'closed', reason })
}

export async function reopenEncounter(encounter: string, reason?: string): Promise<string> {
  const { folded } = await heldEncounter(encounter)
  return record(encounter, 'closure', { state: 'reopened', ...(reason ? { text: reason } : {}) }, {
    supersedes: folded.value.closure?.entry.id ?? null,
  })
}

whenMeasured(async (encounter) => {
  await record(encounter, 'clock', {})
})
