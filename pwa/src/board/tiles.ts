// Tiles of the newest vital signs, from a summary: values, alarms (adults only, as the summary says) and trends. Pure.
import type { Tile } from './row'
import type { EncounterSummary } from './rules'

const UNITS: Partial<Record<Tile['id'], string>> = { spo2: '%' }

export const BOARD_TILE_IDS: readonly Tile['id'][] = ['pressure', 'hr', 'spo2', 'rr', 'glucose', 'avpu']
export const RECORD_TILE_IDS: readonly Tile['id'][] = ['hr', 'spo2', 'rr', 'temp', 'glucose', 'avpu']

type Vitals = Pick<EncounterSummary, 'vitals' | 'vitals_at' | 'alarms' | 'not_measurable' | 'trends'>

/** Newest readings in the asked order. A pulse stands in for a missing heart rate, a temperature for a missing glucose. */
export function tilesOf(summary: Vitals, ids: readonly Tile['id'][]): Tile[] {
  const isKnown = (field: string) => field in summary.vitals || field in summary.not_measurable
  return ids.map((id) => {
    if (id === 'pressure') return pressureTile(summary)
    if (id === 'hr' && !isKnown('hr') && isKnown('pulse')) return plainTile(summary, 'pulse')
    if (id === 'glucose' && !ids.includes('temp') && !isKnown('glucose') && isKnown('temp')) return plainTile(summary, 'temp')
    return plainTile(summary, id)
  })
}

const trendOf = (summary: Vitals, field: string): number[] => (summary.trends[field] ?? []).map(([, value]) => value)

function plainTile(summary: Vitals, id: Exclude<Tile['id'], 'pressure'>): Tile {
  const value = id === 'avpu' ? letterOf(summary) : summary.vitals[id]
  return {
    id,
    value: value === undefined ? null : String(value),
    unit: UNITS[id] ?? '',
    out: summary.alarms[id] ?? null,
    isNotMeasurable: value === undefined && id in summary.not_measurable,
    trend: trendOf(summary, id),
    at: summary.vitals_at[id] ?? null,
  }
}

/** C where "alert" was said together with new confusion, in one set. */
function letterOf({ vitals, vitals_at }: Vitals) {
  const isConfused = vitals.avpu === 'A' && vitals.new_confusion === true && vitals_at.new_confusion === vitals_at.avpu
  return isConfused ? 'C' : vitals.avpu
}

function pressureTile(summary: Vitals): Tile {
  const { sbp, dbp } = summary.vitals
  const isMissing = sbp === undefined && dbp === undefined
  const outs = new Set([summary.alarms.sbp, summary.alarms.dbp].filter((one) => one !== undefined))
  return {
    id: 'pressure',
    value: isMissing ? null : `${String(sbp ?? '—')}/${String(dbp ?? '—')}`,
    unit: '',
    out: outs.size > 1 ? 'both' : ([...outs][0] ?? null),
    isNotMeasurable: isMissing && 'sbp' in summary.not_measurable,
    trend: trendOf(summary, 'sbp'),
    at: summary.vitals_at.sbp ?? summary.vitals_at.dbp ?? null,
  }
}
