// Which words a tile, a level of consciousness and a timer carry.
import { t, type Word } from '../language'
import { words } from './words'
import type { Tile, Timer } from './row'

export function tileWord(id: Tile['id']): Word {
  return words[id]
}

const AVPU: Record<string, Word> = { A: words.avpuA, C: words.avpuC, V: words.avpuV, P: words.avpuP, U: words.avpuU }

/** The word of an AVPU choice; a value this version does not know is shown as it is. */
export function avpuWord(value: string): Word {
  return AVPU[value.toUpperCase()] ?? { zh: value, en: value }
}

/** What stands in a tile: the value, "unrecordable", or a dash for what nobody has measured. */
export function tileText(tile: Tile): string {
  if (tile.isNotMeasurable) return t(words.notMeasurable)
  if (tile.value === null) return '—'
  return tile.id === 'avpu' ? t(avpuWord(tile.value)) : tile.value
}

const SINCE: Record<Timer['kind'], Word> = {
  last_known_well: words.sinceLastKnownWell,
  onset: words.sinceOnset,
  contact: words.sinceContact,
  door: words.sinceDoor,
}

export function timerWord(timer: Timer): Word {
  if (timer.state === 'unknown') return words.onsetUnknown
  return timer.state === 'wake_up' ? words.wakeUp : (timer.since ?? SINCE[timer.kind])
}
