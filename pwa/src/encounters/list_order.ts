/** What the list says of each patient and in which order: what needs the crew first. Pure; now comes in. */
import { minutesUntil } from '../board/durations'
import { inLanguage } from './temporary_name'
import type { EncounterSummary } from './store/summaries'

export const CONFIRM_WITHIN_MS = 60_000

export type AlertState = 'none' | 'waiting' | 'unconfirmed' | 'acknowledged'

type Alerting = Pick<EncounterSummary, 'prealert' | 'acknowledgements' | 'state'>

/** Where a sent alert stands. `isOffline`: without contact nobody can answer, so it is not confirmed at once. */
export function alertStateOf(row: Alerting, now: number, isOffline: boolean): AlertState {
  const alert = row.prealert
  if (!alert) return 'none'
  if (row.acknowledgements.some((one) => one.of === alert.document)) return 'acknowledged'
  if (row.state === 'closed') return 'none'
  const sentAt = alert.at ? Date.parse(alert.at) : NaN
  const isLate = Number.isNaN(sentAt) || now - sentAt >= CONFIRM_WITHIN_MS
  return isOffline || isLate ? 'unconfirmed' : 'waiting'
}

/** An open patient's alert that nobody answered while text of this patient is still here: the bar turns red. */
export function hasUnsentAlert(row: EncounterSummary): boolean {
  return row.pending > 0 && row.state === 'open' && alertStateOf(row, Infinity, true) === 'unconfirmed'
}

const NEED: Record<AlertState, number> = { unconfirmed: 0, waiting: 1, none: 2, acknowledged: 3 }

/** Open ones by need, then by level, then by arrival; nothing derived where nobody has triaged. */
export function openOrder(rows: readonly EncounterSummary[], now: number, isOffline: boolean): EncounterSummary[] {
  const needs = new Map(rows.map((row) => [row, NEED[alertStateOf(row, now, isOffline)]])) // once, not in every comparison
  const need = (row: EncounterSummary) => needs.get(row)!
  const eta = (row: EncounterSummary) => (row.eta_at ? Date.parse(row.eta_at) : Number.MAX_SAFE_INTEGER)
  const level = (row: EncounterSummary) => row.triage?.level ?? 9
  return rows
    .filter((row) => row.state === 'open')
    .sort((a, b) => need(a) - need(b) || level(a) - level(b) || eta(a) - eta(b) || (a.encounter < b.encounter ? 1 : -1))
}

export interface Card {
  row: EncounterSummary
  alert: AlertState
  /** Whole minutes until arrival, below zero when it is over; null when there or when nobody said. */
  minutes: number | null
}

/** What the cards show of open patients. The former cards come back where nothing changed: a second that passes draws nothing. */
export function cardsOf(rows: readonly EncounterSummary[], now: number, isOffline: boolean, former: readonly Card[] = []): readonly Card[] {
  const cards = rows.map((row) => ({
    row,
    alert: alertStateOf(row, now, isOffline),
    minutes: row.arrived_at ? null : minutesUntil(row.eta_at, now),
  }))
  const isSame = (card: Card, at: number) =>
    former[at]?.row === card.row && former[at].alert === card.alert && former[at].minutes === card.minutes
  return cards.length === former.length && cards.every(isSame) ? former : cards
}

/** Finished ones, newest first. */
export function closedOrder(rows: readonly EncounterSummary[]): EncounterSummary[] {
  const at = (row: EncounterSummary) => Date.parse(row.closure?.at ?? row.updated_at ?? row.opened_at ?? '') || 0
  return rows.filter((row) => row.state === 'closed').sort((a, b) => at(b) - at(a))
}

/** Rows whose name, temporary name or end of id number contains what was typed. */
export function matching(rows: readonly EncounterSummary[], text: string): EncounterSummary[] {
  const wanted = text.trim().toLowerCase()
  if (!wanted) return [...rows]
  return rows.filter((row) => {
    const { name, temporary_name: temporary, id_number: number } = row.patient ?? {}
    const called = temporary ? [temporary, inLanguage(temporary, 'zh'), inLanguage(temporary, 'en')] : []
    return [name, ...called, number?.slice(-6)].some((part) => part?.toLowerCase().includes(wanted))
  })
}
