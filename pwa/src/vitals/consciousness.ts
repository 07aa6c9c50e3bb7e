/** The letter of consciousness that a record shows: C where "alert" was said together with new confusion. Pure. */
import type { Folded } from '../encounters/types'

/** Null where nobody said it. A confusion that an older set told does not colour a newer letter. */
export function consciousnessOf({ avpu, new_confusion: confusion }: Folded['vitals']['latest']): string | null {
  if (!avpu) return null
  const isConfused = avpu.value === 'A' && confusion?.value === true && confusion.entry.id === avpu.entry.id
  return isConfused ? 'C' : String(avpu.value)
}
