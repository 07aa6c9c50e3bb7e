/** Reads `encounter:<ulid>:<kind>:<ulid>`. Twin of server/encounters/folding/document_id.py. */

export interface EncounterId {
  encounter: string
  kind: string
  document: string
}

// Crockford's alphabet has no I, L, O and U.
const PATTERN = /^encounter:([0-9A-HJKMNP-TV-Z]{26}):([a-z][a-z0-9_]{0,39}):([0-9A-HJKMNP-TV-Z]{26})$/

/** The parts of a document id, or null when the id is not of an encounter. */
export function parseDocumentId(id: unknown): EncounterId | null {
  const match = typeof id === 'string' ? PATTERN.exec(id) : null
  return match ? { encounter: match[1]!, kind: match[2]!, document: match[3]! } : null
}

/** The last part of an id: what an acknowledgement's `seen` holds. A bare last part stays as it is. */
export const lastPart = (id: string): string => id.slice(id.lastIndexOf(':') + 1)
