import { describe, expect, it } from 'vitest'
import { doseOf, excessOf, type DoseRule } from './rules'

type Drug = { id: string; dose_rule: DoseRule | null }
const drugs = Object.fromEntries(
  Object.values(import.meta.glob<Drug>('@catalogue/drugs/*.json', { eager: true, import: 'default' })).map((drug) => [drug.id, drug]),
)
interface Vector {
  drug: string
  weight_kg: number | null
  age_years?: number
  expected: Record<string, unknown>
}
interface Given {
  drug: string
  given: { dose?: number; unit: string }
  weight_kg: number | null
  limit_mg: number | null
}
const files = Object.values(
  import.meta.glob<{ vectors: Vector[]; given?: Given[] }>('../../../tests/vectors/doses/*.json', { eager: true, import: 'default' }),
)
const vectors = files.flatMap((file) => file.vectors)
const given = files.flatMap((file) => file.given ?? [])

describe('a dose', () => {
  it('has vectors to hold it', () => {
    expect(vectors.length).toBeGreaterThan(40)
    expect(given.length).toBeGreaterThan(5)
  })
  it.each(vectors)('$drug at $weight_kg kg, $age_years years', ({ drug, weight_kg, age_years, expected }) => {
    expect(doseOf(drugs[drug]!.dose_rule, { weight_kg, age_years })).toMatchObject(expected)
  })
  it.each([NaN, Infinity])('computes nothing from %s kg', (weight_kg) => {
    expect(doseOf(drugs.alteplase_stroke!.dose_rule, { weight_kg }).status).toBe('invalid')
  })
  it.each(given)('$drug $given with $weight_kg kg: limit $limit_mg', ({ drug, given: one, weight_kg, limit_mg }) => {
    expect(excessOf(drugs[drug]!.dose_rule, one, { weight_kg })?.limit_mg ?? null).toBe(limit_mg)
  })
})
