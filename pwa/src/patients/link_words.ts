// One line for a link: how the two are related, or that they were compared and are not.
import { t, type Word } from '../language'
import type { Body } from '../encounters/types'
import { words } from './words'

const RELATIONS: Record<string, Word> = { same_patient: words.same_patient, mother_child: words.mother_child, same_event: words.same_event }

export const relationWord = (relation: unknown): string =>
  t(typeof relation === 'string' && Object.hasOwn(RELATIONS, relation) ? RELATIONS[relation]! : words.otherRelation)

export function linkLine(data: Body): { title: string; detail: string } {
  if (data.state === 'linked') return { title: t(words.linked), detail: relationWord(data.relation) }
  return { title: t(data.reason === 'not_same' ? words.sayNot : words.unlinked), detail: '' }
}
