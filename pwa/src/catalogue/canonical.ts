// The hash of a definition: SHA-256 of its canonical JSON (keys sorted, no white space), first 16 hex digits.
// Twin: server/catalogue/canonical.py; a result keeps it, so that hub and phone can tell that they used one definition.

const HASH_LENGTH = 16

export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))
  return `{${entries.map(([key, inner]) => `${JSON.stringify(key)}:${canonicalJson(inner)}`).join(',')}}`
}

// Needs a secure context (https or localhost), as everything else in the app does.
export async function definitionHash(definition: unknown): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(canonicalJson(definition)))
  const hex = Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('')
  return hex.slice(0, HASH_LENGTH)
}
