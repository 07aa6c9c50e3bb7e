/** Two records beside each other, row by row; what both know and say differently is marked. */
import { clockTime } from '../board/durations'
import { chipText } from '../board/chip_text'
import { t, type Word } from '../language'
import { listed } from '../language/punctuation'
import { siteName, unitName } from '../sync/roster'
import { ageWord, levelWord, openedAtOf, personName, sexWord } from '../encounters/identity'
import type { Folded } from '../encounters/types'
import { sourceWord } from './claims'
import { comparableNumber, siteOf } from './rules'
import { words } from './words'

export interface ComparedRow {
  id: string
  label: Word
  mine: string
  theirs: string
  /** Both say something, and not the same. */
  differs: boolean
}

/** As printed in groups, so that it breaks where the eye does. */
const grouped = (number: string): string => (number.length === 18 ? `${number.slice(0, 6)} ${number.slice(6, 14)} ${number.slice(14)}` : number)
/** A date, or a value with its name, that no line end may part. */
const whole = (text: string): string => text.replaceAll(' ', '\u00a0').replaceAll('-', '\u2060-\u2060')
const numbers = (folded: Folded): string =>
  [...new Set(folded.patients.map((one) => comparableNumber(one.id_number)).filter((one) => one !== null))].map(grouped).join(' / ')
const vitals = ({ vitals: { latest } }: Folded): string => {
  const value = (field: string): string => (latest[field] === undefined ? '' : String(latest[field].value))
  const pressure = value('sbp') || value('dbp') ? `${value('sbp') || '—'}/${value('dbp') || '—'}` : ''
  return [pressure, value('hr') && whole(`HR ${value('hr')}`), value('spo2') && whole(`SpO₂ ${value('spo2')}`)].filter(Boolean).join(' ')
}

/** What is read of one record, by row. */
function facts(folded: Folded): Record<string, string> {
  const { patient } = folded
  return {
    name: patient?.name || patient?.temporary_name ? personName(patient) : '',
    sexAge: patient ? [sexWord(patient.sex), whole(patient.birth_date ?? ''), whole(ageWord(patient, openedAtOf(folded)))].filter(Boolean).join(' ') : '',
    idNumber: numbers(folded),
    source: patient ? t(sourceWord(patient.source)) : '',
    openedAt: clockTime(folded.opened_at),
    place: folded.unit ? unitName(folded.unit) : folded.site ? siteName(folded.site) : '',
    goingTo: siteOf(folded) ? siteName(siteOf(folded)) : '',
    complaint: listed([...(folded.complaint?.chips ?? []).map((chip) => chipText(chip)), folded.complaint?.text ?? ''].filter(Boolean)),
    level: folded.triage ? levelWord(folded.triage.level) : '',
    vitals: vitals(folded),
  }
}

const ROWS = ['name', 'sexAge', 'idNumber', 'source', 'openedAt', 'place', 'goingTo', 'complaint', 'level', 'vitals'] as const
/** Where a difference speaks for two people; another hospital or hour does not. */
const TELLING = new Set(['name', 'sexAge', 'idNumber'])

export function comparedRows(mine: Folded, theirs: Folded | null): ComparedRow[] {
  const [own, other] = [facts(mine), theirs ? facts(theirs) : {}]
  return ROWS.map((id) => {
    const [left, right] = [own[id] ?? '', (other as Record<string, string>)[id] ?? '']
    const isTold = left !== '' && right !== '' && left !== right
    // A temporary name says nothing against a name.
    const differs = TELLING.has(id) && isTold && (id !== 'name' || (!!mine.patient?.name && !!theirs?.patient?.name))
    return { id, label: words[id], mine: left, theirs: right, differs }
  })
}
