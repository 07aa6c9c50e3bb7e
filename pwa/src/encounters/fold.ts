/**
 * The fold: an encounter's documents in any order, any number of times -> its current state (docs/record.md).
 * Pure and total: it never throws for what documents contain. Twin of server/encounters/fold.py.
 */
import { correctedTimes, type CorrectedTimes } from './folding/corrected_times'
import { parseDocumentId, type EncounterId } from './folding/document_id'
import { standing, supersededId, type Standing } from './folding/heads'
import { formatInstant } from './folding/instants'
import { foldOnset, foldVitals, newerEntries, unreadableFields, type Item } from './folding/sections'
import { fitsShape, isKnownKind } from './folding/shapes'
import type {
  Body,
  BodyWithEntry,
  Document,
  Entry,
  Folded,
  FoldedMedia,
  FoldedPatient,
  FoldedRetracted,
  FoldedWristband,
  Problem,
} from './types'

export { parseDocumentId } from './folding/document_id'

/** All that is known about the documents before the kinds are looked at. */
interface Sheet {
  documents: Map<string, Document>
  entries: Map<string, Entry>
  /** ids in order: corrected time, null last, then id */
  order: string[]
  standing: Standing
}

const compare = (left: string, right: string): number => (left < right ? -1 : left > right ? 1 : 0)
const kindIn = (sheet: Sheet, id: string): string => sheet.entries.get(id)!.kind
const text = (value: unknown): string | null => (typeof value === 'string' ? value : null)
const orNull = (value: unknown): unknown => value ?? null
const last = <T>(list: T[]): T | null => list[list.length - 1] ?? null

/** The documents of one encounter, each once, by id. An id that is not of the encounter does not belong to the record. */
function collect(documents: readonly Document[]): { documents: Map<string, Document>; kinds: Map<string, string> } {
  const parsed = new Map<string, [Document, EncounterId]>()
  for (const document of documents) {
    const parts = parseDocumentId(document._id)
    if (parts !== null) parsed.set(document._id, [document, parts])
  }
  const ids = [...parsed.keys()].sort(compare)
  const encounter = ids[0] === undefined ? null : parsed.get(ids[0])![1].encounter
  const own = ids.filter((id) => parsed.get(id)![1].encounter === encounter)
  return {
    documents: new Map(own.map((id) => [id, parsed.get(id)![0]])),
    kinds: new Map(own.map((id) => [id, parsed.get(id)![1].kind])),
  }
}

/** Who wrote a document, where and when, its time corrected. */
export function entryOf(document: Document, kind: string, times: CorrectedTimes, corrects: number): Entry {
  const author = (document.author ?? {}) as unknown as Record<string, unknown>
  return {
    id: document._id,
    kind,
    at: formatInstant(times.at),
    basis: times.basis,
    error_ms: times.errorMs,
    recorded_at: formatInstant(times.recordedAt),
    staff: text(author.staff),
    role: text(author.role),
    // Absent where no badge was read, so that a badge in a record always means one.
    ...(text(author.badge) ? { badge: author.badge as string } : {}),
    device: text(document.device),
    supersedes: supersededId(document),
    corrects,
  }
}

function laySheet({ documents, kinds }: ReturnType<typeof collect>): Sheet {
  const list = [...documents.values()]
  const times = correctedTimes(list)
  const stands = standing(list)
  const entries = new Map(
    list.map((d) => {
      const corrects = stands.corrects.get(d._id) ?? 0
      return [d._id, entryOf(d, kinds.get(d._id)!, times.get(d._id)!, corrects)] as const
    }),
  )
  const order = list
    .map((document) => document._id)
    .sort((left, right) => {
      const [a, b] = [entries.get(left)!.at, entries.get(right)!.at]
      if (a === b) return compare(left, right)
      return a === null ? 1 : b === null ? -1 : compare(a, b)
    })
  return { documents, entries, order, standing: stands }
}

/** Heads of known kind and shape by kind, in order; and all that does not fit. */
function sortHeads(sheet: Sheet) {
  const known = new Map<string, Item[]>()
  const others: Folded['others'] = []
  for (const id of sheet.order) {
    if (!sheet.standing.heads.has(id)) continue
    const entry = sheet.entries.get(id)!
    const body: unknown = sheet.documents.get(id)!.body
    if (isKnownKind(entry.kind) && fitsShape(entry.kind, body)) {
      const items = known.get(entry.kind)
      if (items) items.push({ entry, body })
      else known.set(entry.kind, [{ entry, body }])
    } else others.push({ kind: entry.kind, body: orNull(body), entry })
  }
  return { known, others }
}

/** A header's field: from the newest header that has it, else from those that it corrected. */
function headerField(sheet: Sheet, headers: Item[], field: string): string | null {
  for (const { entry } of [...headers].reverse()) {
    const seen = new Set<string>()
    for (let id: string | null = entry.id; id !== null && !seen.has(id); ) {
      seen.add(id)
      const document = sheet.documents.get(id)
      if (!document) break
      const body: unknown = document.body
      const isUsable = !sheet.standing.retracted.has(id) && kindIn(sheet, id) === 'encounter' && fitsShape('encounter', body)
      const value = isUsable ? text(body[field]) : null
      if (value !== null) return value
      id = supersededId(document)
    }
  }
  return null
}

const edge = (times: (string | null)[], choose: 'first' | 'last'): string | null => {
  const known = times.filter((time): time is string => time !== null).sort(compare)
  return (choose === 'first' ? known[0] : known[known.length - 1]) ?? null
}

function openedAt(sheet: Sheet): string | null {
  const headers = sheet.order.filter((id) => kindIn(sheet, id) === 'encounter' && !sheet.standing.retracted.has(id))
  const recorded = [...sheet.entries.values()].map((entry) => entry.recorded_at)
  return edge(headers.map((id) => sheet.entries.get(id)!.at), 'first') ?? edge(recorded, 'first')
}

const UNSEEN_IN_TEXT = new Set(['clock', 'rendition'])

function updatedAt(sheet: Sheet): string | null {
  const entries = [...sheet.entries.values()].filter((entry) => !UNSEEN_IN_TEXT.has(entry.kind))
  return edge(entries.map((entry) => entry.recorded_at), 'last')
}

const LINK_FIELDS = ['encounter', 'relation', 'state', 'reason', 'continues_in', 'of'] as const
const DUPLICATE_FIELDS = ['encounter', 'by', 'state', 'unit', 'site', 'opened_at'] as const
const REGISTRATION_FIELDS = ['site', 'record_number', 'visit_number', 'former_record_number', 'system', 'state'] as const

const foldPatient = ({ entry, body }: Item): FoldedPatient =>
  ({
    name: orNull(body.name),
    sex: orNull(body.sex),
    birth_date: orNull(body.birth_date),
    age_years: orNull(body.age_years),
    id_number: orNull(body.id_number),
    source: orNull(body.source),
    temporary_name: orNull(body.temporary_name),
    phone: orNull(body.phone),
    entry,
  }) as FoldedPatient

function foldMedia(media: Item[], renditions: Item[]): FoldedMedia[] {
  const found = new Map<string, Map<string, string>>()
  for (const { entry, body } of [...renditions].sort((left, right) => compare(left.entry.id, right.entry.id))) {
    const of = body.of as string
    if (!found.has(of)) found.set(of, new Map())
    found.get(of)!.set(body.rendition as string, entry.id)
  }
  return media.map(({ entry, body }) => {
    const renditionsOf = Object.fromEntries([...(found.get(entry.id) ?? [])].sort(([a], [b]) => compare(a, b)))
    return { ...body, renditions: renditionsOf, entry } as unknown as FoldedMedia
  })
}

/** Each code once, with what was said of it last. */
function foldWristbands(items: Item[]): FoldedWristband[] {
  const newest = new Map(items.map((item) => [item.body.code as string, item]))
  return items
    .filter((item) => newest.get(item.body.code as string) === item)
    .map(({ entry, body }) => ({ code: body.code, state: body.state, joined: text(body.joined), entry }) as FoldedWristband)
}

function groupItems<T>(items: Item[], field: string, shape: (item: Item) => T): Record<string, T[]> {
  const groups = new Map<string, T[]>()
  for (const item of items) {
    const name = item.body[field] as string
    groups.set(name, [...(groups.get(name) ?? []), shape(item)])
  }
  return Object.fromEntries(groups)
}

// How a score came about: shown where it was said, absent where it was not.
const SCORE_SAID = ['sources', 'untestable_reasons', 'filled_normal', 'detail']
const saidOf = (body: Body): object =>
  Object.fromEntries(SCORE_SAID.filter((name) => orNull(body[name]) !== null).map((name) => [name, body[name]]))

function foldRetracted(sheet: Sheet): FoldedRetracted[] {
  return sheet.order
    .filter((id) => sheet.standing.retracted.has(id))
    .map((id) => {
      const inForce = sheet.standing.retracted.get(id)!
      const retraction = sheet.entries.get(sheet.order.find((candidate) => inForce.includes(candidate))!)!
      const body = sheet.documents.get(retraction.id)!.body
      const entry = sheet.entries.get(id)!
      return {
        id,
        kind: entry.kind,
        body: orNull(sheet.documents.get(id)!.body),
        entry,
        retraction: {
          id: retraction.id,
          reason: text(body.reason),
          moved_to: text(body.moved_to),
          staff: retraction.staff,
          at: retraction.at,
        },
      }
    })
}

function foldProblems(sheet: Sheet): Problem[] {
  const problems: Problem[] = []
  for (const [id, entry] of sheet.entries) {
    const body: unknown = sheet.documents.get(id)!.body
    const found = new Set<string>()
    if (entry.at === null) found.add('bad_time')
    if (!fitsShape(entry.kind, body)) found.add('bad_body')
    else if (entry.kind === 'vitals') for (const field of unreadableFields(body)) found.add(`bad_value:${field}`)
    for (const problem of [...found].sort(compare)) problems.push({ id, problem })
  }
  return problems
}

/** Fold an encounter's documents into its current state. Order and repetition of the documents do not matter. */
export function fold(documents: readonly Document[]): Folded {
  const sheet = laySheet(collect(documents))
  const { known, others } = sortHeads(sheet)
  const heads = (kind: string): Item[] => known.get(kind) ?? []
  const plain = (kind: string): BodyWithEntry[] => heads(kind).map(({ entry, body }) => ({ ...body, entry }))
  const pick = <T>(kind: string, shape: (body: Body) => object): T[] =>
    heads(kind).map(({ entry, body }) => ({ ...shape(body), entry }) as T)

  const texts = <T>(kind: string, fields: readonly string[]): T[] =>
    pick<T>(kind, (body) => Object.fromEntries(fields.map((field) => [field, text(body[field])])))

  const headers = heads('encounter')
  const closures = pick<Folded['closures'][number]>('closure', (body) => ({
    state: body.state,
    reason: text(body.reason),
    text: text(body.text),
  }))
  const closure = last(closures)
  const patients = heads('patient').map(foldPatient)
  const destinationShape = (body: Body) => ({ site: body.site, eta_at: text(body.eta_at) })
  const prealerts = pick<Folded['prealerts'][number]>('prealert', (body) => ({
    ...destinationShape(body),
    script: text(body.script),
  }))
  const acknowledgements = pick<Folded['acknowledgements'][number]>('acknowledgement', (body) => ({
    of: body.of,
    seen: orNull(body.seen),
  }))
  const attestations = plain('attestation')
  // A badge that was refused is on record, and never among what counts as attested.
  const refused = attestations.filter((one) => one.outcome === 'refused')
  const standingEntries = sheet.order.filter((id) => sheet.standing.heads.has(id)).map((id) => sheet.entries.get(id)!)
  const unretracted = (kind: string): Item[] =>
    sheet.order
      .filter((id) => kindIn(sheet, id) === kind && !sheet.standing.retracted.has(id))
      .map((id) => ({ entry: sheet.entries.get(id)!, body: sheet.documents.get(id)!.body }))
      .filter(({ body }) => fitsShape(kind, body))

  return {
    encounter: parseDocumentId(sheet.order[0])?.encounter ?? null,
    state: closure?.state === 'closed' ? 'closed' : 'open',
    opened_at: openedAt(sheet),
    updated_at: updatedAt(sheet),
    pathway: headerField(sheet, headers, 'pathway'),
    symptom: headerField(sheet, headers, 'symptom'),
    unit: headerField(sheet, headers, 'unit'),
    site: headerField(sheet, headers, 'site'),
    incident: headerField(sheet, headers, 'incident'),
    closure: closure?.state === 'closed' ? closure : null,
    closures,
    patient: last(patients),
    patients,
    links: texts<Folded['links'][number]>('link', LINK_FIELDS),
    duplicates: texts<Folded['duplicates'][number]>('duplicate', DUPLICATE_FIELDS),
    registrations: texts<Folded['registrations'][number]>('registration', REGISTRATION_FIELDS),
    destination: last(pick<Folded['destinations'][number]>('destination', destinationShape)),
    destinations: unretracted('destination').map(
      ({ entry, body }) => ({ ...destinationShape(body), entry }) as Folded['destinations'][number],
    ),
    prealert: last(prealerts),
    prealerts,
    acknowledgements,
    newer: newerEntries(standingEntries, last(prealerts)?.entry.id ?? null, acknowledgements),
    triage: last(pick<NonNullable<Folded['triage']>>('triage', (b) => ({ level: b.level, system: text(b.system) }))),
    wristbands: foldWristbands(heads('wristband')),
    onset: foldOnset(heads('time_node'), heads('history')),
    complaint: last(
      pick<NonNullable<Folded['complaint']>>('complaint', (body) => ({
        text: text(body.text),
        chips: body.chips ?? [],
      })),
    ),
    histories: plain('history'),
    vitals: foldVitals(heads('vitals')),
    scores: groupItems(heads('score'), 'score', ({ entry, body }) => ({
      inputs: (body.inputs ?? {}) as Body,
      result: orNull(body.result) as Folded['scores'][string][number]['result'],
      definition: orNull(body.definition) as Folded['scores'][string][number]['definition'],
      ...saidOf(body),
      entry,
    })),
    time_nodes: groupItems(heads('time_node'), 'node', ({ entry, body }) => ({
      at: entry.at,
      precision: text(body.precision),
      reason: text(body.reason),
      entry,
    })),
    treatments: plain('treatment'),
    medications: plain('medication'),
    notes: plain('note'),
    media: foldMedia(heads('media'), heads('rendition')),
    activations: plain('activation'),
    assessments: plain('assessment'),
    consents: plain('consent'),
    procedures: plain('procedure'),
    handovers: plain('handover'),
    attestations: attestations.filter((one) => one.outcome !== 'refused'),
    outcomes: plain('outcome'),
    exams: plain('exam'),
    labs: plain('lab'),
    locations: plain('location'),
    ecgs: plain('ecg'),
    card_readings: plain('card_reading'),
    ...(refused.length > 0 ? { refused_attestations: refused } : {}),
    others,
    retracted: foldRetracted(sheet),
    superseded: sheet.order.filter((id) => !sheet.standing.heads.has(id) && !sheet.standing.retracted.has(id)),
    problems: foldProblems(sheet),
    documents: sheet.order.filter((id) => kindIn(sheet, id) !== 'rendition').length,
  }
}
