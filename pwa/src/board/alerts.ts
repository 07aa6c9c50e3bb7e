// Which rows call for somebody, and in which order. Pure. Who has arrived is in somebody's hands: nothing rings for them.
import type { Row } from './row'

export interface Alert {
  kind: 'new' | 'critical'
  row: Row
}

/** Unanswered alerts first (longest waiting first), then critical values newer than the acknowledgement. */
export function alertsOf(rows: readonly Row[]): Alert[] {
  const waiting = rows.filter((row) => row.answer.state === 'waiting' && row.group === 'coming')
  const critical = rows.filter((row) => row.answer.state === 'acknowledged' && row.answer.critical > 0 && row.group === 'coming')
  const alerts: Alert[] = [
    ...waiting.map((row) => ({ kind: 'new' as const, row })),
    ...critical.map((row) => ({ kind: 'critical' as const, row })),
  ]
  return alerts.sort((a, b) => rank(a) - rank(b) || (alertSince(a) ?? '').localeCompare(alertSince(b) ?? ''))
}

const rank = (alert: Alert) => (alert.kind === 'new' ? 0 : 1)

/** Since when an alert waits: the pre-alert's corrected time; for a critical value there is no single instant. */
export function alertSince(alert: Alert): string | null {
  return alert.row.answer.state === 'waiting' ? alert.row.answer.since : null
}

/** One key per reason to sound: the same unanswered alert keeps its key, another critical value makes another. */
export function alertKey(alert: Alert): string {
  const answer = alert.row.answer
  const detail = answer.state === 'waiting' ? answer.prealert : answer.state === 'acknowledged' ? `${answer.prealert}:${answer.at}:${answer.critical}` : ''
  return `${alert.kind}:${alert.row.encounter}:${detail}`
}
