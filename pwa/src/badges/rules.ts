/**
 * What a badge's token says and why a badge is refused. Pure. Twin of server/badges/rules.py; both run
 * tests/vectors/badges. `GB1.` and base64url of key id (4) | badge id (6) | issued (2) | expires (2) | staff | signature (64).
 */

export const PREFIX = 'GB1.'
const KEY_BYTES = 4
const BADGE_BYTES = 6
const HEAD_BYTES = 14
const SIGNATURE_BYTES = 64
const LONGEST_STAFF_BYTES = 18
const SIGNED_AS = 'greenlane-badge-1\n'
const PROVEN_AS = 'greenlane-attestation-1'
const CHINA_MS = 8 * 3_600_000
const DAY_MS = 86_400_000
/** A clock that is one day behind must not turn a new badge away. */
const EARLY_DAYS = 1

/** Ways that prove a person by a badge; `pin` proves on this device only, `list` proves nothing. */
export type Method = 'nfc' | 'qr' | 'wedge' | 'pin' | 'list'
export const isByBadge = (method: unknown): boolean => method === 'nfc' || method === 'qr' || method === 'wedge'

export type Refusal = 'unreadable' | 'unknown_key' | 'forged' | 'expired' | 'not_yet' | 'revoked' | 'staff_unknown' | 'staff_inactive'

/** What a token says; nothing of it is true before its signature was verified. */
export interface Claims {
  key: string
  badge: string
  staff: string
  /** days since 1970-01-01, China's time */
  issued: number
  expires: number
  signed: Uint8Array<ArrayBuffer>
  signature: Uint8Array<ArrayBuffer>
}

export const dayOf = (instantMs: number): number => Math.floor((instantMs + CHINA_MS) / DAY_MS)
/** 2026-11-21 for a counted day. */
export const dateOf = (day: number): string => new Date(day * DAY_MS).toISOString().slice(0, 10)

export function base64url(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes)).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')
}
export function fromBase64url(text: string): Uint8Array<ArrayBuffer> | null {
  if (!/^[A-Za-z0-9_-]*$/.test(text) || text.length % 4 === 1) return null
  const bytes = Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (character) => character.charCodeAt(0))
  return base64url(bytes) === text ? bytes : null // one token has one form
}
const hex = (bytes: Uint8Array): string => [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('')

/** A desk's scanner types with the keyboard's Caps Lock: then every letter has the other case. */
export function asTyped(text: string): string {
  const trimmed = text.trim()
  if (!trimmed.startsWith(PREFIX.toLowerCase())) return trimmed
  return [...trimmed].map((one) => (one === one.toLowerCase() ? one.toUpperCase() : one.toLowerCase())).join('')
}

/** Whether a text wants to be a badge, readable or not; other codes are other rooms' concern. */
export const isMeantAsBadge = (text: string): boolean => text.trim().toUpperCase().startsWith(PREFIX)

/** What a text says if it has the form of a badge's token; null for everything else. */
export function readToken(text: string): Claims | null {
  const trimmed = text.trim()
  if (!trimmed.startsWith(PREFIX)) return null
  const raw = fromBase64url(trimmed.slice(PREFIX.length))
  if (!raw || raw.length <= HEAD_BYTES + SIGNATURE_BYTES || raw.length > HEAD_BYTES + LONGEST_STAFF_BYTES + SIGNATURE_BYTES) return null
  const payload = raw.slice(0, -SIGNATURE_BYTES)
  const staff = utf8(payload.slice(HEAD_BYTES))
  if (staff === null) return null
  const prefix = new TextEncoder().encode(SIGNED_AS)
  const signed = new Uint8Array(prefix.length + payload.length)
  signed.set(prefix)
  signed.set(payload, prefix.length)
  const day = (at: number): number => payload[at]! * 256 + payload[at + 1]!
  return {
    key: hex(payload.slice(0, KEY_BYTES)),
    badge: `b-${hex(payload.slice(KEY_BYTES, KEY_BYTES + BADGE_BYTES))}`,
    staff,
    issued: day(KEY_BYTES + BADGE_BYTES),
    expires: day(KEY_BYTES + BADGE_BYTES + 2),
    signed,
    signature: raw.slice(-SIGNATURE_BYTES),
  }
}

function utf8(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return null // no text: no token
  }
}

/** Why a genuine token is refused today; null when it is good. `isActive`: null for somebody unknown. */
export function refusalOf(claims: Claims, today: number, revoked: ReadonlySet<string>, isActive: boolean | null): Refusal | null {
  if (revoked.has(claims.badge)) return 'revoked'
  if (today > claims.expires) return 'expired'
  if (today + EARLY_DAYS < claims.issued) return 'not_yet'
  if (isActive === null) return 'staff_unknown'
  return isActive ? null : 'staff_inactive'
}

/** What is proven by an attestation: one person's badge for one act. */
export interface Act {
  of: string
  action: string
  verdict: string
}
export const proofMessage = (badge: string, staff: string, act: Act): string => [PROVEN_AS, badge, staff, act.of, act.action, act.verdict].join('\n')
