import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { fold } from './fold'
import type { Document, Folded } from './types'

interface Vector {
  name: string
  documents: Document[]
  claims: Record<string, unknown>
  expected: Folded
}

const FOLDER = `${process.cwd()}/../tests/vectors/fold`
const vectors = readdirSync(FOLDER)
  .filter((file) => file.endsWith('.json'))
  .map((file) => [file, JSON.parse(readFileSync(`${FOLDER}/${file}`, 'utf-8')) as Vector] as const)

/** A small repeatable shuffle: tests must fail the same way twice. */
function shuffled<T>(list: T[], seed: number): T[] {
  const result = [...list]
  for (let n = result.length - 1; n > 0; n -= 1) {
    seed = (seed * 1103515245 + 12345) % 2147483648
    const other = seed % (n + 1)
    ;[result[n], result[other]] = [result[other]!, result[n]!]
  }
  return result
}

describe('the fold', () => {
  it('has its shared vectors', () => expect(vectors.length).toBeGreaterThanOrEqual(25))

  it.each(vectors)('%s: gives what both sides agreed on', (_file, vector) => {
    const folded: unknown = JSON.parse(JSON.stringify(fold(vector.documents)))
    expect(folded).toEqual(vector.expected)
  })

  it.each(vectors)('%s: does what its title claims', (_file, vector) => {
    expect(fold(vector.documents)).toMatchObject(vector.claims)
  })

  it.each(vectors)('%s: is the same in any order and with repetitions', (_file, vector) => {
    for (let seed = 1; seed < 8; seed += 1) {
      const arrived = shuffled([...vector.documents, ...vector.documents.slice(0, seed % 3)], seed)
      expect(JSON.stringify(fold(arrived))).toBe(JSON.stringify(fold(vector.documents)))
    }
  })

  it('folds all vectors together without throwing, whatever they hold', () => {
    expect(() => fold(vectors.flatMap(([, vector]) => vector.documents))).not.toThrow()
  })

  it('leaves the documents as they were', () => {
    for (const [, vector] of vectors) {
      const before = JSON.stringify(vector.documents)
      fold(vector.documents)
      expect(JSON.stringify(vector.documents)).toBe(before)
    }
  })
})
