// From a summary to what a row shows. Words for the language are chosen later; the clock is the components'.
import { chipText } from './chip_text'
import { scoreShortName } from '../catalogue/labels'
import { pathwayFace } from '../catalogue/pathway_faces'
import { listed } from '../language/punctuation'
import { boardGroup, boardOrder, isWalkIn, type EncounterSummary } from './rules'
import { BOARD_TILE_IDS, tilesOf } from './tiles'
import type { Answer, PupilFinding, Row, Timer } from './row'
import { vitalFields } from '../catalogue/store'
import { pupilsDiffer } from '../vitals/pupils'

/** Rows of a site in the board's order. */
export function rowsOf(summaries: readonly EncounterSummary[], site: string): Row[] {
  return boardOrder(summaries.filter((summary) => siteOf(summary) === site)).map((summary) => rowOf(summary, site))
}

/** The hospital that an encounter is bound for: its destination, else where it was alerted to, else where it began. */
function siteOf(summary: EncounterSummary): string | null {
  return summary.destination?.site ?? summary.prealert?.site ?? summary.site
}

export function rowOf(summary: EncounterSummary, site: string): Row {
  const { patient, complaint } = summary
  const ecg = summary.photos.filter((photo) => photo.purpose === 'ecg').at(-1)
  const words = [...(complaint?.chips ?? []).map((chip) => chipText(chip)), complaint?.text].filter(Boolean)
  return {
    encounter: summary.encounter ?? '',
    group: boardGroup(summary),
    level: summary.triage?.level ?? null,
    pathway: summary.pathway ?? 'general',
    person: patient,
    complaint: listed(words),
    unit: summary.unit,
    idNumber: patient?.id_number ?? null,
    isWalkIn: isWalkIn(summary),
    recordNumber: summary.registration?.site === site ? summary.registration.record_number : null,
    duplicates: (summary.possible_duplicates ?? []).length, // a row that an older app kept has none of these
    links: (summary.links ?? []).length,
    claims: summary.claims ?? 0,
    etaAt: summary.eta_at,
    arrivedAt: summary.arrived_at,
    timers: timersOf(summary),
    tiles: tilesOf(summary, BOARD_TILE_IDS),
    hasNoLimits: summary.limits === 'none' && Object.keys(summary.vitals).length > 0,
    alarms: Object.entries(summary.alarms).map(([field, out]) => ({
      field,
      out,
      value: String(summary.vitals[field]),
      limit: summary.alarm_limits[field] ?? 0,
      at: summary.vitals_at[field] ?? null,
    })),
    pupils: pupilsOf(summary),
    clocks: summary.clocks,
    scores: Object.entries(summary.scores).map(([id, score]) => ({
      id,
      label: scoreShortName(id),
      total: score.total === null ? null : String(score.total),
    })),
    ecg: ecg ? { media: ecg.document, thumbnail: ecg.thumbnail } : null,
    photos: summary.photos.length,
    answer: answerOf(summary, site),
    closedAs: summary.closure?.reason ?? null,
    closedAt: summary.closure?.at ?? null,
    openedAt: summary.opened_at ?? summary.updated_at,
    updatedAt: summary.updated_at,
  }
}

export function pupilsOf({ vitals, vitals_at: at }: Pick<EncounterSummary, 'vitals' | 'vitals_at'>): PupilFinding | null {
  const isFixed = vitals.pupil_reaction_right === 'none' || vitals.pupil_reaction_left === 'none'
  if (!isFixed && !pupilsDiffer(vitalFields, vitals)) return null
  const newest = ['pupil_size_right', 'pupil_size_left', 'pupil_reaction_right', 'pupil_reaction_left'].map((field) => at[field] ?? '').sort().at(-1)
  return { right: String(vitals.pupil_size_right ?? '—'), left: String(vitals.pupil_size_left ?? '—'), isFixed, at: newest || null }
}

/**
 * Timers from the onset, the first contact and the door. Where last known well is asked for, it runs from nothing else; an
 * unknown onset or a wake-up has no running time.
 */
function timersOf({ onset, pathway, first_contact_at: contact, arrived_at: door }: EncounterSummary): Timer[] {
  const timers: Timer[] = []
  const face = pathwayFace(pathway)
  const isLastKnownWell = onset?.node === 'last_known_well'
  if (onset && (onset.state !== 'known' || isLastKnownWell || face.asked !== 'last_known_well')) {
    const timer = { at: onset.at, state: onset.state, isEstimated: onset.precision === 'estimated' }
    timers.push(isLastKnownWell ? { kind: 'last_known_well', ...timer } : { kind: 'onset', ...(face.asked === 'onset' && { since: face.since }), ...timer })
  }
  if (contact) timers.push({ kind: 'contact', at: contact, state: 'known', isEstimated: false })
  if (door) timers.push({ kind: 'door', at: door, state: 'known', isEstimated: false })
  return timers
}

/** Whether this site was alerted, and who of it answered last. */
function answerOf(summary: EncounterSummary, site: string): Answer {
  const { prealert } = summary
  if (!prealert || prealert.site !== site) return { state: 'none' }
  const latest = summary.acknowledgements.filter((one) => one.of === prealert.document).at(-1)
  if (!latest) return { state: 'waiting', prealert: prealert.document, since: prealert.at }
  return {
    state: 'acknowledged',
    prealert: prealert.document,
    staff: latest.staff,
    at: latest.at,
    newer: summary.newer,
    critical: summary.critical_newer,
  }
}
