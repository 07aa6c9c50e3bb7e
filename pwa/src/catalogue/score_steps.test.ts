import { describe, expect, it } from 'vitest'
import { evaluateScore, itemsOf } from './evaluate_score'
import type { ScoreDefinition, ScoreResult } from './types'

// Answers that arrive one at a time, drawn by tests/server/catalogue/draw_steps.py, with the hub's result after each.
interface Case {
  answers: [string, unknown][]
  results: ScoreResult[]
}
const definitions = import.meta.glob<ScoreDefinition>('@catalogue/scores/*.json', { eager: true, import: 'default' })
const files = import.meta.glob<{ score: string; cases: Case[] }>('../../../tests/vectors/score_steps/*.json', { eager: true, import: 'default' })
const byId = new Map(Object.values(definitions).map((definition) => [definition.id, definition]))

const shown = (result: ScoreResult) => (result.triggered ? { ...result, triggered: result.triggered.toSorted() } : result)

function put(given: Record<string, unknown>, name: string, value: unknown): void {
  if (!name.startsWith('answers.')) given[name] = value
  else given.answers = { ...(given.answers as object | undefined), [name.slice('answers.'.length)]: value }
}

function resultsAlong(definition: ScoreDefinition, answers: readonly [string, unknown][]): ScoreResult[] {
  const given: Record<string, unknown> = {}
  const results = [evaluateScore(definition, given)]
  for (const [name, value] of answers) {
    put(given, name, value)
    results.push(evaluateScore(definition, given))
  }
  return results
}

function isOptional(definition: ScoreDefinition, answers: readonly [string, unknown][], name: string): boolean {
  const items = [...itemsOf(definition, Object.fromEntries(answers)), ...(definition.extra_inputs ?? [])]
  return items.some((item) => item.id === name && !item.required)
}

/** The same order for everybody: a small generator of its own (mulberry32). */
function shuffled<T>(list: readonly T[], seed: number): T[] {
  const mixed = [...list]
  let state = seed
  const next = () => {
    state = (state + 0x6d2b79f5) | 0
    let mix = Math.imul(state ^ (state >>> 15), 1 | state)
    mix = (mix + Math.imul(mix ^ (mix >>> 7), 61 | mix)) ^ mix
    return ((mix ^ (mix >>> 14)) >>> 0) / 2 ** 32
  }
  for (let i = mixed.length - 1; i > 0; i--) {
    const j = Math.floor(next() * (i + 1))
    ;[mixed[i], mixed[j]] = [mixed[j]!, mixed[i]!]
  }
  return mixed
}

describe('answers that arrive one at a time', () => {
  for (const { score, cases } of Object.values(files)) {
    const definition = byId.get(score)!
    it(`${score}: gives the hub's result after each of them, and no answer takes a total back`, () => {
      for (const { answers, results } of cases) {
        const found = resultsAlong(definition, answers).map(shown)
        expect(found).toStrictEqual(results)
        answers.forEach(([name], place) => {
          const [before, after] = [found[place]!, found[place + 1]!]
          if (isOptional(definition, answers, name)) return
          if (before.total !== null) expect([after.total, after.band]).toEqual([before.total, before.band])
          if (before.screen_positive) expect(after.screen_positive).toBe(true)
          if (before.result === 'absolute_exclusion') expect(after.result).toBe('absolute_exclusion')
          if (before.provisional_level != null) expect(after.level ?? after.provisional_level).toBeLessThanOrEqual(before.provisional_level)
        })
      }
    })

    it(`${score}: reaches the same end in any order`, () => {
      cases.forEach(({ answers, results }, place) => {
        for (let seed = 0; seed < 5; seed++) {
          const end = resultsAlong(definition, shuffled(answers, seed * 100 + place)).at(-1)!
          expect(shown(end)).toStrictEqual(results.at(-1))
        }
      })
    })

    it(`${score}: has no total without a required answer`, () => {
      for (const { answers } of cases) {
        const items = [...itemsOf(definition, Object.fromEntries(answers)), ...(definition.extra_inputs ?? [])]
        for (const { id } of items.filter((item) => item.required)) {
          const result = resultsAlong(definition, answers.filter(([name]) => name !== id)).at(-1)!
          expect([id, result.total, result.band]).toEqual([id, null, null])
        }
      }
    })
  }
})
