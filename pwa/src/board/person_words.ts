// A patient's name and facts as the board writes them; an unknown person keeps the temporary name.
import { ageWord, calledName, sexWord, type PersonFacts } from '../encounters/identity'
import { t } from '../language'
import { words } from './words'

export interface PersonWords {
  name: string
  facts: string
}

export function personWords(person: PersonFacts | null, openedAt: string | null): PersonWords {
  const name = person?.name || calledName(person) || t(words.unnamed)
  return { name, facts: [sexWord(person?.sex), ageWord(person, openedAt)].filter(Boolean).join(' ') }
}
