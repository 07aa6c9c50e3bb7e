/** Where an entry is, as the glyph shows it, and the words for ends and alerts. */
import type { GlyphState } from '../design/DeliveryGlyph.vue'
import { t } from '../language'
import { words as shellWords } from '../shell/words'
import type { OpenEncounter } from './store'
import type { Folded } from './types'
import { words } from './words'

/** The glyph of one entry; an entry that the acknowledging screen showed counts as acknowledged. */
export function glyphOf(open: OpenEncounter, id: string, folded: Folded): GlyphState {
  const state = open.delivery.value.get(id) ?? 'device'
  if (state !== 'hub') return state
  const answer = folded.acknowledgements.at(-1)
  if (!answer) return 'hub'
  if (answer.of === id) return 'acknowledged'
  const last = id.slice(id.lastIndexOf(':') + 1)
  return answer.seen?.includes(last) ? 'acknowledged' : 'hub'
}

export function glyphWord(state: GlyphState): string {
  if (state === 'device') return t(shellWords.onThisPhone)
  if (state === 'hub') return t(shellWords.onTheHub)
  return t(shellWords[state])
}

export function closureWord(reason: string | null | undefined): string {
  if (reason === 'handed_over' || reason === 'not_transported' || reason === 'died' || reason === 'cancelled' || reason === 'stale') return t(words[reason])
  return reason === 'reopened' ? t(words.reopen) : t(words.closed)
}
