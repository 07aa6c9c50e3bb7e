/**
 * FAST-ED's answers read from an NIHSS, where the definition maps them (`nihss_map`: answer -> NIHSS points). Which NIHSS
 * item each stands for is fixed by the scale: Lima FO et al., Stroke 2016;47:1997-2002. Pure.
 */
import type { Inputs, Item } from './types'

const NIHSS_ITEMS: Readonly<Record<string, readonly string[]>> = {
  facial_palsy: ['4'],
  arm_weakness: ['5a', '5b'],
  speech_changes: ['9'],
  eye_deviation: ['2'],
  denial_neglect: ['11'],
}

export interface MappedAnswer {
  item: string
  value: string | number | boolean
  from: string[]
}

/** The answers that the NIHSS gives. An item that it does not give (not examined, untestable) is left out, never 0. */
export function fastEdFromNihss(items: readonly Item[], nihss: Inputs): MappedAnswer[] {
  return items.flatMap((item) => {
    const from = Object.hasOwn(NIHSS_ITEMS, item.id) ? NIHSS_ITEMS[item.id]! : []
    const value = worst(item, from.map((id) => nihss[id]))
    return from.length > 0 && value !== null ? [{ item: item.id, value, from: [...from] }] : []
  })
}

/** The worse side's answer. One side untestable says nothing of that side: only the highest answer stands without it. */
function worst(item: Item, points: readonly unknown[]): string | number | boolean | null {
  const options = item.options ?? []
  const answers = points.map((given) => options.find((option) => (item.nihss_map?.[String(option.value)] ?? []).includes(given as number)))
  const known = answers.filter((option) => option !== undefined)
  const highest = Math.max(...options.map((option) => option.points ?? 0))
  const found = known.sort((a, b) => (b.points ?? 0) - (a.points ?? 0))[0]
  if (!found || (known.length < answers.length && found.points !== highest)) return null
  return found.value
}
