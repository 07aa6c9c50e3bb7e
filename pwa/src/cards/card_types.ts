/** What a card type offers to the reader: its sides, how each is known, and how its fields are taken from a page. */
import type { Field, Page } from './page'
import type { Mark } from './plane'
import { residentCard } from './resident_card'
import type { Zone } from './readings'

export const FIELDS = ['name', 'sex', 'ethnicity', 'birth', 'address', 'id_number', 'authority', 'valid'] as const
export type FieldName = (typeof FIELDS)[number]
export type Fields = Partial<Record<FieldName, Field>>

export interface CardSide {
  side: 'front' | 'back'
  fields: readonly FieldName[]
  marks: readonly Mark[]
  leastMarks: number
  /** Fields as printed; the number is left to the reader, who judges it by the rule. */
  read(page: Page): Promise<Fields>
  numberZone?: Zone
  /** From which height to which nothing but everyday characters is printed (names may hold rare ones). */
  commonRows?: readonly [number, number]
  /** Where each value stands, for the cut-out beside it. */
  cutOuts: Partial<Record<FieldName, Zone>>
}

/** Card types, one module each: a new one is a module and a place in this list. */
export const cardTypes: readonly { name: string; sides: readonly CardSide[] }[] = [residentCard]
