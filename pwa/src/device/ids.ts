// New identifiers, made on the device without asking anybody.
import { monotonicFactory } from 'ulid'

const nextUlid = monotonicFactory()

/** A ULID: 26 characters, ordered by time, and rising even within one millisecond of this page's life. */
export function newUlid(): string {
  return nextUlid()
}

/** The moment (device clock, milliseconds) that stands in a ULID's first ten characters. */
export function ulidTime(ulid: string): number {
  const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
  let time = 0
  for (const character of ulid.slice(0, 10)) time = time * 32 + alphabet.indexOf(character)
  return time
}
