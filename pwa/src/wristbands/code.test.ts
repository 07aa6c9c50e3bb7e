import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { checkCharacter, makeCode, readCode, spaced } from './code'

const vectors = JSON.parse(readFileSync(`${process.cwd()}/../tests/vectors/wristbands/codes.json`, 'utf-8')) as {
  checks: { text: string; check: string }[]
  readings: { name: string; text: string; verdict: string; code: string | null }[]
}

describe('the code of a wristband', () => {
  it.each(vectors.checks)('has the check of ISO 7064 MOD 37,36: $text', ({ text, check }) => expect(checkCharacter(text)).toBe(check))
  it.each(vectors.readings)('is told for what it is: $name', ({ text, verdict, code }) => expect(readCode(text)).toEqual({ verdict, code }))

  it('is made here and read back, each its own', () => {
    const codes = new Set(Array.from({ length: 300 }, () => makeCode()))
    expect(codes.size).toBe(300)
    for (const code of codes) {
      expect(code).toMatch(/^GLW1[0-9A-HJKMNP-TV-Z]{13}$/)
      expect(readCode(spaced(code).toLowerCase())).toEqual({ verdict: 'ours', code })
    }
  })
  it('is drawn again when its check could be mistaken in typing', () => {
    const drawn: string[] = []
    const bodies = ['000000000000', ...'123456789ABCDEFGHJKMNPQRSTVWXYZ'].map((one) => one.padEnd(12, '0'))
    const code = makeCode(() => {
      drawn.push(bodies[drawn.length]!)
      return drawn.at(-1)!
    })
    for (const body of drawn.slice(0, -1)) expect('ILOU').toContain(checkCharacter(`GLW1${body}`))
    expect('ILOU').not.toContain(code.at(-1))
  })
})
