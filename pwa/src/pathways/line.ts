/**
 * Where on the line a patient is, and what comes next. Pure: the folded record and the pathway's definition come in.
 * A node counts as reached by its own tap, or by the fact that it is derived from (the alert sent, the score done).
 */
import type { Folded } from '../encounters/types'

export interface LineDefinition {
  line: { node: string; shown?: string; indicator?: string; expected_from?: string }[]
  steps: { kind: string; ref: string | null; label: { zh: string; en: string } }[]
}
export interface NodeDefinition {
  id: string
  derived_from?: { from: string; any_of?: string[]; purpose?: string }[]
}
export interface Reached {
  at: string | null
  estimated: boolean
  stated: boolean
  /** The entry behind it, for corrections; null when it is derived from another fact. */
  id: string | null
}
export interface Station {
  node: string
  state: 'reached' | 'passed' | 'next' | 'ahead'
  reached: Reached | null
  expectedAt: string | null
  indicator: string | null
}

export function reachedNode(folded: Folded, node: string, definition?: NodeDefinition): Reached | null {
  const tapped = folded.time_nodes[node]?.at(-1)
  if (tapped) {
    const { basis, id } = tapped.entry
    return { at: tapped.at, estimated: tapped.precision === 'estimated', stated: basis === 'stated', id }
  }
  for (const source of definition?.derived_from ?? []) {
    const at = derivedAt(folded, source)
    if (at) return { at, estimated: false, stated: false, id: null }
  }
  return null
}

function derivedAt(folded: Folded, source: { from: string; any_of?: string[]; purpose?: string }): string | null {
  if (source.from === 'prealert') return folded.prealert?.entry.at ?? null
  if (source.from === 'media') return folded.media.find((one) => one.purpose === source.purpose)?.entry.at ?? null
  if (source.from !== 'score') return null
  const times: string[] = []
  for (const score of source.any_of ?? []) {
    const at = folded.scores[score]?.[0]?.entry.at
    if (at) times.push(at)
  }
  return times.sort()[0] ?? null
}

/** The stations of the line; the first one after the last that was reached is the next. */
export function stationsOf(folded: Folded, pathway: LineDefinition, nodes: (id: string) => NodeDefinition | undefined): Station[] {
  const shown = pathway.line.filter((stop) => stop.shown !== 'hospital')
  const reached = shown.map((stop) => reachedNode(folded, stop.node, nodes(stop.node)))
  const lastReached = reached.findLastIndex((one) => one !== null)
  return shown.map((stop, i) => ({
    node: stop.node,
    state: reached[i] ? 'reached' : i < lastReached ? 'passed' : i === lastReached + 1 ? 'next' : 'ahead',
    reached: reached[i] ?? null,
    expectedAt: stop.expected_from === 'destination' ? (folded.destination?.eta_at ?? null) : null,
    indicator: stop.indicator ?? null,
  }))
}

/** At most `count` stations around the next one, so that five fit on a phone. */
export function stationsAround(stations: Station[], count: number): Station[] {
  const next = stations.findIndex((station) => station.state === 'next')
  const center = next === -1 ? stations.length : next
  const start = Math.max(0, Math.min(center - (count - 2), stations.length - count))
  return stations.slice(start, start + count)
}

export interface Step {
  kind: string
  ref: string | null
  label: { zh: string; en: string }
}

/** The next step that is neither done nor left behind by a later tapped time. */
export function nextStep(folded: Folded, pathway: LineDefinition, nodes: (id: string) => NodeDefinition | undefined): Step | null {
  if (folded.state === 'closed') return null
  const done = pathway.steps.map((step) => isDone(folded, step, nodes))
  const lastTime = pathway.steps.findLastIndex((step, i) => step.kind === 'time_node' && done[i])
  return pathway.steps.find((_, i) => i > lastTime && !done[i]) ?? null
}

function isDone(folded: Folded, step: Step, nodes: (id: string) => NodeDefinition | undefined): boolean {
  const ref = step.ref ?? ''
  if (step.kind === 'time_node') return reachedNode(folded, ref, nodes(ref)) !== null
  if (step.kind === 'onset') return folded.onset !== null
  if (step.kind === 'score') return (folded.scores[ref]?.length ?? 0) > 0
  if (step.kind === 'vitals') return folded.vitals.latest[ref] !== undefined || folded.vitals.not_measurable[ref] !== undefined
  if (step.kind === 'destination') return folded.destination !== null
  if (step.kind === 'prealert') return folded.prealert !== null
  if (step.kind === 'media') return folded.media.some((one) => one.purpose === step.ref)
  return true // a kind that a newer catalogue knows: it must not block what this app can do
}
