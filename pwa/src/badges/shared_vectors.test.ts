import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { isSigned, proofOf, type PublicKey } from './crypto'
import { asTyped, dateOf, dayOf, isMeantAsBadge, readToken, refusalOf, type Refusal } from './rules'

const vectors = JSON.parse(readFileSync(`${process.cwd()}/../tests/vectors/badges/tokens.json`, 'utf-8')) as {
  today: number
  keys: PublicKey[]
  revoked: string[]
  staff: Record<string, boolean>
  cases: { name: string; token: string; refusal: Refusal | null }[]
  claims: { token: string; key: string; badge: string; staff: string; issued: number; expires: number }
  days: { at_ms: number; day: number }[]
  proof: { token: string; of: string; action: string; verdict: string; proof: string }
}

async function refusal(token: string): Promise<Refusal | null> {
  const claims = readToken(token)
  if (!claims) return 'unreadable'
  const key = vectors.keys.find(({ id }) => id === claims.key)
  if (!key) return 'unknown_key'
  if (!(await isSigned(key, claims))) return 'forged'
  return refusalOf(claims, vectors.today, new Set(vectors.revoked), vectors.staff[claims.staff] ?? null)
}

describe('badges', () => {
  it.each(vectors.cases)('$name is judged as on the hub', async ({ token, refusal: expected }) => {
    expect(await refusal(token)).toBe(expected)
  })

  it('says what was written into the token', () => {
    const { token, ...claims } = vectors.claims
    expect(readToken(token)).toMatchObject(claims)
  })

  it('turns days at midnight in China', () => {
    expect(vectors.days.map(({ at_ms }) => dayOf(at_ms))).toEqual(vectors.days.map(({ day }) => day))
    expect(dateOf(20780)).toBe('2026-11-23')
  })

  it('proves one act as the hub does', async () => {
    const { token, proof, ...act } = vectors.proof
    const claims = readToken(token)!
    expect(await proofOf(claims, act)).toBe(proof)
    expect(await proofOf(claims, { ...act, verdict: 'disputed' })).not.toBe(proof)
  })

  it('reads what a scanner typed with Caps Lock on', async () => {
    const { token } = vectors.claims
    const shouted = [...token].map((one) => (one === one.toLowerCase() ? one.toUpperCase() : one.toLowerCase())).join('')
    expect(shouted).not.toBe(token)
    expect(asTyped(shouted)).toBe(token)
    expect(await refusal(asTyped(` ${shouted}\n`))).toBeNull()
    expect(isMeantAsBadge(shouted)).toBe(true)
    expect(isMeantAsBadge('GW1.ABC')).toBe(false)
  })
})
