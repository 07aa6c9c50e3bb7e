// Which time nodes a hospital is offered: first the few of its own steps and line, then everything else.
import { nodesFor, pathway, timeNodes } from '../../catalogue/store'

/** The door, the pathway's steps in the hospital and the stations of its line: what is asked for later, in order of time. */
export function commonNodes(pathwayId: string | null): string[] {
  const { line, hospital_steps: steps } = pathway(pathwayId)
  const refs = steps.flatMap((step) => (step.kind === 'time_node' && step.ref ? [step.ref] : []))
  const wanted = new Set(['hospital_door', ...refs, ...line.map((stop) => stop.node)])
  return Object.values(timeNodes)
    .filter((node) => wanted.has(node.id) && node.entry === 'tap' && node.phase !== 'prehospital')
    .map((node) => node.id)
}

/** The others: those of the pathway's hospital side first, then all. */
export function otherNodes(common: readonly string[], pathwayId: string | null): string[] {
  const all = [...nodesFor(pathwayId, 'hospital'), ...Object.values(timeNodes)].filter((node) => node.entry === 'tap')
  return [...new Set(all.map((node) => node.id))].filter((id) => !common.includes(id))
}
