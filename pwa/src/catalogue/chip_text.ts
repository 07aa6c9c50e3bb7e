// A chip by its id, in words: chips are stored as ids, so that each reader sees them in the own language.
import { language } from '../language'
import type { ChipSet } from './definitions'

const sets = Object.values(
  import.meta.glob<ChipSet>('@catalogue/chips/*.json', { eager: true, import: 'default' }),
)
const byId = new Map(sets.flatMap((set) => set.chips).map((chip) => [chip.id, chip.label]))

/** The chip's label; what was typed instead of tapped, and what this version does not know, is shown as it is. */
export const chipText = (chip: string): string => byId.get(chip)?.[language.value] ?? chip
