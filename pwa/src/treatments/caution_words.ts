/** A caution in one sentence. */
import { chipText } from '../board/chip_text'
import { clockTime } from '../board/durations'
import { scoreShortName } from '../catalogue/labels'
import { scoreTotalWords } from '../catalogue/score_words'
import { drugWord } from '../catalogue/shelf'
import type { Folded } from '../encounters/types'
import { t } from '../language'
import type { Caution } from './cautions'
import { medicationText } from './given'
import { words } from './words'

export function cautionWords(caution: Caution, folded: Folded): string {
  const { about } = caution
  switch (caution.id) {
    case 'allergy':
      return t(words.allergyTo, { item: chipText(about) })
    case 'not_with':
      return t(words.notWith, { drug: drugWord(about) })
    case 'given_before': {
      const before = folded.medications.find((one) => one.entry.id === about)
      return before ? t(words.givenBefore, { what: medicationText(before), time: clockTime(before.entry.at) }) : ''
    }
    case 'checklist_excludes': {
      const last = folded.scores[about]?.at(-1)
      return t(words.checklistSays, { name: scoreShortName(about), finding: scoreTotalWords(last?.result ?? null, about, last?.inputs).total })
    }
    case 'checklist_open':
      return t(words.checklistOpen, { name: scoreShortName(about) })
    case 'checks':
      return t(words.doubt, { items: about })
  }
}
