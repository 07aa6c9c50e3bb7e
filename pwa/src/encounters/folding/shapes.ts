/**
 * The shape that the fold expects of each kind's body. A body of another shape is shown among `others`, with a problem.
 * Twin of server/encounters/folding/shapes.py.
 */
import type { Body } from '../types'
import { isMeasure } from './instants'

type Check = (value: unknown) => boolean

const isText: Check = (value) => typeof value === 'string'
const isObject: Check = (value) => typeof value === 'object' && value !== null && !Array.isArray(value)
const isTexts: Check = (value) => Array.isArray(value) && value.every(isText)
const optional =
  (check: Check): Check =>
  (value) =>
    value === undefined || value === null || check(value)
const oneOf =
  (...choices: unknown[]): Check =>
  (value) =>
    choices.includes(value)

const text = optional(isText)
const texts = optional(isTexts)
const anything: Record<string, Check> = {}

/** The kinds that this version knows, and what the fields it relies on must look like. */
export const SHAPES: Record<string, Record<string, Check>> = {
  encounter: { pathway: isText, unit: text, site: text, symptom: text, incident: text },
  patient: {
    name: text,
    sex: text,
    birth_date: text,
    age_years: optional(isMeasure),
    id_number: text,
    source: text,
    temporary_name: text,
    phone: text,
    settles: texts,
  },
  link: {
    encounter: isText,
    relation: text,
    state: oneOf('linked', 'unlinked'),
    reason: text,
    continues_in: text,
    of: text,
  },
  duplicate: {
    encounter: isText,
    by: text,
    state: oneOf('possible', 'cleared'),
    unit: text,
    site: text,
    opened_at: text,
  },
  registration: {
    site: isText,
    record_number: isText,
    visit_number: text,
    former_record_number: text,
    system: text,
    state: text,
  },
  complaint: { text, chips: texts },
  history: { onset: text, node: text, past: texts, allergies: texts, medications: texts, text },
  vitals: { not_measurable: optional(isObject), confirmed: texts },
  score: { score: isText, inputs: optional(isObject), result: optional(isObject), definition: optional(isObject) },
  time_node: { node: isText, precision: text, reason: text },
  treatment: { procedure: text, text },
  medication: { drug: text, text },
  media: { media: isText, purpose: text },
  note: { text: isText },
  destination: { site: isText, eta_at: text },
  prealert: { site: isText, eta_at: text, script: text },
  acknowledgement: { of: isText, seen: texts },
  triage: { level: oneOf(1, 2, 3, 4), system: text },
  closure: { state: oneOf('closed', 'reopened'), reason: text, text },
  retraction: { of: isText, reason: text, moved_to: text },
  wristband: { code: isText, state: oneOf('attached', 'removed'), joined: text },
  rendition: { of: isText, rendition: isText },
  card_reading: { of: isText, state: oneOf('suggested', 'accepted', 'dismissed'), fields: optional(isObject) },
  clock: anything,
  activation: anything,
  assessment: anything,
  attestation: anything,
  consent: anything,
  ecg: anything,
  exam: anything,
  handover: anything,
  lab: anything,
  location: anything,
  outcome: anything,
  procedure: anything,
}

export const isKnownKind = (kind: string): boolean => Object.hasOwn(SHAPES, kind)

/** Whether the body is what the fold expects of this kind. */
export function fitsShape(kind: string, body: unknown): body is Body {
  if (!isObject(body)) return false
  const fields = body as Body
  return Object.entries(SHAPES[kind] ?? {}).every(([field, check]) =>
    check(Object.hasOwn(fields, field) ? fields[field] : undefined),
  )
}
