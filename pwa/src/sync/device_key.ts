// Who this device is: an id for life and a key pair whose private half never leaves the browser.
// A non-extractable key still lies in plain bytes on the disk: it proves the device, it does not hide data.
import { newUlid } from '@/device/ids'
import { readValue, writeValue } from './own_database'

const KEY = { name: 'ECDSA', namedCurve: 'P-256' } as const
const SIGNATURE = { name: 'ECDSA', hash: 'SHA-256' } as const

/** The device's id, made once. The hub may give another at enrolment; then `keepDeviceId` is called. */
export async function deviceId(): Promise<string> {
  const known = await readValue<string>('device_id')
  if (known) return known
  const made = `d-${newUlid().toLowerCase()}`
  await writeValue('device_id', made)
  return made
}

export async function keepDeviceId(id: string): Promise<void> {
  await writeValue('device_id', id)
}

async function keyPair(): Promise<CryptoKeyPair | null> {
  const subtle = globalThis.crypto?.subtle as SubtleCrypto | undefined
  if (!subtle) return null // a page without TLS: the device cannot renew, people sign in again
  const known = await readValue<CryptoKeyPair>('device_key')
  if (known) return known
  const made = await subtle.generateKey(KEY, false, ['sign', 'verify'])
  await writeValue('device_key', made)
  return made
}

/** The public half for the hub, or null where the browser offers no cryptography. */
export async function devicePublicKey(): Promise<JsonWebKey | null> {
  const pair = await keyPair()
  return pair ? crypto.subtle.exportKey('jwk', pair.publicKey) : null
}

/** Sign a text as this device: base64url of the raw 64 bytes r||s, or null without cryptography. */
export async function signAsDevice(text: string): Promise<string | null> {
  const pair = await keyPair()
  if (!pair) return null
  const signature = await crypto.subtle.sign(SIGNATURE, pair.privateKey, new TextEncoder().encode(text))
  return base64url(new Uint8Array(signature))
}

function base64url(bytes: Uint8Array): string {
  let binary = ''
  for (const byte of bytes) binary += String.fromCharCode(byte)
  return btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')
}
