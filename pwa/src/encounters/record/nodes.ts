// Which time nodes a hospital is offered: first those of the pathway, then all others of the hospital's side.
import { nodesFor, timeNodes } from '../../catalogue/store'

export function commonNodes(pathway: string | null): string[] {
  const own = nodesFor(pathway, 'hospital').filter((node) => node.entry === 'tap').map((node) => node.id)
  return own.includes('hospital_door') ? own : ['hospital_door', ...own]
}

export function otherNodes(common: readonly string[]): string[] {
  return Object.values(timeNodes)
    .filter((node) => node.entry === 'tap' && !common.includes(node.id))
    .map((node) => node.id)
}
