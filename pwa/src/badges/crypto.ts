/** Signatures and proofs of badges, by WebCrypto; no network. Needs a secure page (https, or this computer itself). */
import { base64url, proofMessage, type Act, type Claims } from './rules'

export interface PublicKey {
  id: string
  kty: string
  crv: string
  x: string
  y: string
}

/** Whether the hub's key signed what the token says. */
export async function isSigned(key: PublicKey, claims: Claims): Promise<boolean> {
  const { kty, crv, x, y } = key
  const imported = await crypto.subtle.importKey('jwk', { kty, crv, x, y }, { name: 'ECDSA', namedCurve: 'P-256' }, false, ['verify'])
  return crypto.subtle.verify({ name: 'ECDSA', hash: 'SHA-256' }, imported, claims.signature, claims.signed)
}

/** That this device held the badge when it wrote this act. The hub makes it again; the token itself stays off the record. */
export async function proofOf(claims: Claims, act: Act): Promise<string> {
  const key = await crypto.subtle.importKey('raw', claims.signature, { name: 'HMAC', hash: 'SHA-256' }, false, ['sign'])
  const message = new TextEncoder().encode(proofMessage(claims.badge, claims.staff, act))
  return base64url(new Uint8Array(await crypto.subtle.sign('HMAC', key, message)))
}
