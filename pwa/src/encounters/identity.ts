/** A patient in words: name or speakable temporary name, sex, age, level, pathway. Unknown is said, never guessed. */
import { pathwayWord as wordOf } from '../catalogue/pathway_faces'
import { language, t } from '../language'
import { words } from '../shell/words'
import { completedMonths, shanghaiDate } from './age'
import { inLanguage } from './temporary_name'
import type { Folded } from './types'

export interface PersonFacts {
  name: string | null
  temporary_name: string | null
  sex: string | null
  birth_date: string | null
  age_years: number | null
}

export interface Age {
  years: number
  /** Whole months, for children under two. */
  months: number | null
  estimated: boolean
}

/**
 * Age when the encounter was opened, by the date in China: the age that limits of vital signs go by, on every screen and
 * on the hub. From the birth date, else the stated (approximate) one; null when neither is known or the date lies ahead.
 */
export function ageOf(person: PersonFacts | null, openedAt: string | null): Age | null {
  const months = completedMonths(person?.birth_date, shanghaiDate(openedAt))
  if (months !== null) return { years: Math.floor(months / 12), months: months < 24 ? months : null, estimated: false }
  return typeof person?.age_years === 'number' ? { years: person.age_years, months: null, estimated: true } : null
}

/** When an encounter was opened, for ages. */
export const openedAtOf = (folded: Folded): string | null => folded.opened_at ?? folded.updated_at

export function ageWord(person: PersonFacts | null, openedAt: string | null): string {
  const age = ageOf(person, openedAt)
  if (!age) return t(words.ageUnknown)
  if (age.months !== null) return t(words.months, { n: age.months })
  return t(age.estimated ? words.aboutYears : words.years, { n: age.years })
}

export function sexWord(sex: string | null | undefined): string {
  if (sex === 'male') return t(words.male)
  return sex === 'female' ? t(words.female) : ''
}

export function levelWord(level: number | null): string {
  return t([words.levelNone, words.level1, words.level2, words.level3, words.level4][level ?? 0] ?? words.levelNone)
}

export const pathwayWord = (pathway: string | null): string => t(wordOf(pathway))

export function personName(person: PersonFacts | null): string {
  return person?.name || calledName(person) || t(words.newPatient)
}

/** The temporary name in the language of the screen; empty when there is none. */
export const calledName = (person: Pick<PersonFacts, 'temporary_name'> | null): string =>
  person?.temporary_name ? inLanguage(person.temporary_name, language.value) : ''

export function personLine(person: PersonFacts | null, openedAt: string | null): string {
  if (!person) return ''
  return [sexWord(person.sex), ageWord(person, openedAt)].filter(Boolean).join(' ')
}

/** The last letters of the band that is on, which is how a person tells one band from another. */
export function wristbandWord(folded: Folded): string {
  const band = folded.wristbands.filter((one) => one.state === 'attached').at(-1)
  return band ? `${t(words.wristband)} …${band.code.slice(-4)}` : ''
}

export interface Identity {
  name: string
  facts: string
  level: number | null
  levelWord: string
  pathway: string
  idWord: string
}

export function identityOf(folded: Folded): Identity {
  const number = folded.patient?.id_number
  const level = folded.triage?.level ?? null
  return {
    name: personName(folded.patient),
    facts: personLine(folded.patient, openedAtOf(folded)),
    level,
    levelWord: levelWord(level),
    pathway: pathwayWord(folded.pathway),
    idWord: number ? t(words.idTail, { tail: number.slice(-4) }) : t(words.identityUnknown),
  }
}
