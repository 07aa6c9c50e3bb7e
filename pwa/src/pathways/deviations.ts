// Why a step was not done, came late, or was broken off: which steps of a pathway have reasons, and their words.
import { labelOf } from '../catalogue/labels'
import { reasons, timeNodes } from '../catalogue/store'
import type { PathwayDefinition, ReasonsDefinition } from '../catalogue/definitions'
import type { Body } from '../encounters/types'

export interface Subject {
  definition: ReasonsDefinition
  /** The node of this pathway that the reason is written about. */
  node: string
}

/** The steps of a pathway that have lists of reasons: one on its line first, else one that its sides offer. */
export function subjectsOf(pathway: PathwayDefinition): Subject[] {
  const line = pathway.line.map((stop) => stop.node)
  const offered = [...line, ...pathway.nodes.prehospital, ...pathway.nodes.hospital]
  return Object.values(reasons).flatMap((definition) => {
    const node = offered.find((id) => definition.about.includes(id) && timeNodes[id])
    return node ? [{ definition, node }] : []
  })
}

/** The body of an `assessment` about a step. */
export function deviationBody(subject: Subject, state: string, reason: string, text: string): Body {
  return { about: 'step', subject: subject.definition.id, node: subject.node, state, reason, ...(text.trim() ? { text: text.trim() } : {}) }
}

/** "Thrombolysis: not done" and the reason, in the chosen language; ids that this version does not know as they are. */
export function deviationLine(body: Body): { title: string; detail: string } {
  const node = String(body.node ?? '')
  const definition = reasons[String(body.subject ?? '')] ?? Object.values(reasons).find((one) => one.about.includes(node))
  const state = definition?.states.find((one) => one.id === body.state)
  const reason = state?.reasons.find((one) => one.id === body.reason)
  const name = definition ? labelOf(definition.label) : node
  const why = reason ? labelOf(reason.label) : String(body.reason ?? '')
  const typed = typeof body.text === 'string' ? body.text : ''
  return { title: `${name} ${state ? labelOf(state.label) : String(body.state ?? '')}`, detail: [why, typed].filter(Boolean).join(' · ') }
}
