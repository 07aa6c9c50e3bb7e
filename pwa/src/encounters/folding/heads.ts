/**
 * Which documents stand: retractions, chains of `supersedes`, settled claims, cycles.
 * Twin of server/encounters/folding/heads.py.
 */
import type { Document } from '../types'

export interface Standing {
  /** retracted document -> ids of the retractions in force that name it */
  retracted: Map<string, string[]>
  heads: Set<string>
  /** how many documents stand below this one in its chain */
  corrects: Map<string, number>
}

const retractedId = (document: Document): string | null => {
  const of = document._id.includes(':retraction:') ? (document.body as { of?: unknown } | null)?.of : null
  return typeof of === 'string' ? of : null
}

export const supersededId = (document: Document): string | null =>
  typeof document.supersedes === 'string' ? document.supersedes : null

/**
 * The retractions in force. One that is itself retracted by one in force is not; retractions that retract each other
 * in a circle decide nothing, so what they name stays visible.
 */
function retractionsInForce(documents: Document[]): Map<string, string> {
  const names = new Map<string, string>()
  const attackers = new Map<string, string[]>()
  for (const document of documents) {
    const of = retractedId(document)
    if (of === null) continue
    names.set(document._id, of)
    attackers.set(of, [...(attackers.get(of) ?? []), document._id])
  }
  const inForce = new Map<string, string>()
  const undone = new Set<string>()
  for (let changed = true; changed; ) {
    changed = false
    for (const [id, of] of names) {
      if (inForce.has(id) || undone.has(id)) continue
      const against = attackers.get(id) ?? []
      if (against.some((attacker) => inForce.has(attacker))) undone.add(id)
      else if (against.every((attacker) => undone.has(attacker))) inForce.set(id, of)
      else continue
      changed = true
    }
  }
  return inForce
}

/** Documents that supersede each other in a circle: they all stay visible. */
function inCycles(below: Map<string, string>): Set<string> {
  const cyclic = new Set<string>()
  const done = new Set<string>()
  for (const start of below.keys()) {
    const path: string[] = []
    const onPath = new Set<string>()
    let at: string | undefined = start
    while (at !== undefined && !done.has(at) && !onPath.has(at)) {
      path.push(at)
      onPath.add(at)
      at = below.get(at)
    }
    if (at !== undefined && onPath.has(at)) for (const id of path.slice(path.indexOf(at))) cyclic.add(id)
    for (const id of path) done.add(id)
  }
  return cyclic
}

/** The other claims of identity that a claim says it takes the place of, besides the one that it supersedes. */
function settledIds(document: Document): string[] {
  const named = document._id.includes(':patient:') ? (document.body as { settles?: unknown } | null)?.settles : null
  return Array.isArray(named) ? named.filter((one): one is string => typeof one === 'string') : []
}

/** Claims that a standing choice has settled. Claims that settle each other in a circle decide nothing. */
function settledClaims(documents: Document[], living: Map<string, string>, retracted: Map<string, string[]>): Set<string> {
  const below = new Map([...living].map(([id, named]): [string, string[]] => [id, [named]]))
  const choices: [string, string][] = []
  const claims = new Set(documents.map((document) => document._id).filter((id) => id.includes(':patient:')))
  for (const document of documents) {
    if (retracted.has(document._id)) continue
    for (const named of settledIds(document)) {
      if (!claims.has(named) || named === document._id) continue
      choices.push([document._id, named])
      below.set(document._id, [...(below.get(document._id) ?? []), named])
    }
  }
  const leadsBack = (start: string, goal: string): boolean => {
    const seen = new Set<string>()
    const waiting = [start]
    for (let at = waiting.pop(); at !== undefined; at = waiting.pop()) {
      if (at === goal) return true
      if (seen.has(at)) continue
      seen.add(at)
      waiting.push(...(below.get(at) ?? []))
    }
    return false
  }
  return new Set(choices.filter(([choice, named]) => !leadsBack(named, choice)).map(([, named]) => named))
}

function chainLength(id: string, supersedes: Map<string, string>): number {
  const seen = new Set([id])
  for (let at = supersedes.get(id); at !== undefined && !seen.has(at); at = supersedes.get(at)) seen.add(at)
  return seen.size - 1
}

/** Decide which documents stand. The documents are those of one encounter, each given once. */
export function standing(documents: Document[]): Standing {
  const present = new Set(documents.map((document) => document._id))
  const retracted = new Map<string, string[]>()
  for (const [id, of] of retractionsInForce(documents)) {
    if (present.has(of)) retracted.set(of, [...(retracted.get(of) ?? []), id])
  }
  const supersedes = new Map<string, string>()
  const living = new Map<string, string>()
  for (const document of documents) {
    const named = supersededId(document)
    if (named === null || !present.has(named)) continue
    supersedes.set(document._id, named)
    if (!retracted.has(document._id)) living.set(document._id, named)
  }
  const named = new Set([...living].filter(([id, of]) => id !== of).map(([, of]) => of))
  const cyclic = inCycles(living)
  const settled = settledClaims(documents, living, retracted)
  const stands = (id: string) => !retracted.has(id) && !settled.has(id) && (!named.has(id) || cyclic.has(id))
  return {
    retracted,
    heads: new Set([...present].filter(stands)),
    corrects: new Map([...present].map((id) => [id, chainLength(id, supersedes)])),
  }
}
