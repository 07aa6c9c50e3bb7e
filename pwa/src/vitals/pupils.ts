/** Pupils of different size, by the catalogue's own difference. Pure. */
import type { VitalField } from '../catalogue/definitions'

type Fields = Readonly<Record<string, VitalField>>

/** How far apart two pupils count as unequal, in millimetres. */
export function unequalFrom(fields: Fields): number | null {
  return (fields.pupil_size_left as { alarm_difference?: { at_least: number } } | undefined)?.alarm_difference?.at_least ?? null
}

/** One size that nobody measured is no difference. */
export function pupilsDiffer(fields: Fields, values: Readonly<Record<string, unknown>>): boolean {
  const [left, right, limit] = [values.pupil_size_left, values.pupil_size_right, unequalFrom(fields)]
  return typeof left === 'number' && typeof right === 'number' && limit !== null && Math.abs(left - right) >= limit
}
