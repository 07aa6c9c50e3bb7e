/**
 * What is told when a patient changes hands, read from the record: MIST for injuries, SBAR for everything else. Only what
 * is known is said; what is missing stands under what is still to do.
 */
import { clockTime, isSameDay, monthDay } from '../../board/durations'
import { confirmationsOf } from '../../catalogue/checklist_rules'
import { scoreShortName } from '../../catalogue/labels'
import { scoreTotalWords } from '../../catalogue/score_words'
import { chipWord, nodeWord } from '../../catalogue/shelf'
import { examText } from '../../examination/findings'
import { listed } from '../../language/punctuation'
import { t } from '../../language'
import { runningClocks } from '../../treatments/clocks'
import { ageWord, levelWord, openedAtOf, pathwayWord, sexWord } from '../identity'
import { describe } from '../record/describe'
import type { Body, Folded, WithEntry } from '../types'
import { handoverWords as words } from './words'

export type SectionId = 'mechanism' | 'injuries' | 'signs' | 'treatment' | 'situation' | 'background' | 'assessment' | 'request'
export interface Section {
  id: SectionId
  text: string
}
export const formatOf = (folded: Folded): 'mist' | 'sbar' => (folded.pathway === 'trauma' ? 'mist' : 'sbar')
const CHECKLISTS = ['stroke_ivt', 'stemi_lysis']
const RECENT = 3

/** The sections, in order, each a few lines of the record's own words; empty where nothing is known. */
export function sectionsOf(folded: Folded, now: number): Section[] {
  const parts: [SectionId, (string | null)[]][] =
    formatOf(folded) === 'mist'
      ? [
          ['mechanism', [whoIs(folded), complaintOf(folded), onsetOf(folded, now)]],
          ['injuries', [...examsOf(folded), ...scoresOf(folded)]],
          ['signs', vitalsOf(folded)],
          ['treatment', [...doneOf(folded), ...historyOf(folded)]],
        ]
      : [
          ['situation', [whoIs(folded), complaintOf(folded), onsetOf(folded, now)]],
          ['background', historyOf(folded)],
          ['assessment', [...vitalsOf(folded), ...scoresOf(folded), ...examsOf(folded)]],
          ['request', doneOf(folded)],
        ]
  return parts.map(([id, lines]) => ({ id, text: lines.filter(Boolean).join('\n') }))
}

const whoIs = (folded: Folded): string => listed([sexWord(folded.patient?.sex), ageWord(folded.patient, openedAtOf(folded)), pathwayWord(folded.pathway)].filter(Boolean))
const complaintOf = ({ complaint }: Folded): string => (complaint ? listed([...complaint.chips.map(chipWord), complaint.text].filter(Boolean)) : '')
const timed = (thing: WithEntry, words: string): string => `${clockTime(thing.entry.at)} ${words}`
const lineOf = (kind: string, thing: WithEntry & Body): string => {
  const { title, detail } = describe({ kind, data: thing })
  return timed(thing, [title, detail].filter(Boolean).join(' · '))
}

/** The moment by its own name: a timer's "since last known well" beside a clock would read as hours gone by. */
function onsetOf({ onset }: Folded, now: number): string | null {
  if (!onset) return null
  if (onset.state !== 'known') return t(words.unknownOnset)
  const day = isSameDay(onset.at, now) ? '' : `${monthDay(onset.at)} `
  return t(words.onset, { label: nodeWord(onset.node), time: `${day}${clockTime(onset.at)}` })
}
const vitalsOf = (folded: Folded): string[] => folded.vitals.sets.slice(-1).map((set) => lineOf('vitals', set as unknown as WithEntry & Body))
const examsOf = (folded: Folded): string[] => folded.exams.flatMap((one) => (examText(one) ? [timed(one, examText(one))] : [])).slice(-RECENT)
const historyOf = (folded: Folded): string[] => folded.histories.filter((one) => !one.onset).map((one) => describe({ kind: 'history', data: one }).detail).filter(Boolean)
function scoresOf(folded: Folded): string[] {
  return Object.entries(folded.scores).flatMap(([id, heads]) => {
    const newest = heads.at(-1)
    const said = newest?.result?.status === 'complete' ? scoreTotalWords(newest.result, id, newest.inputs) : null
    return newest && said ? [timed(newest, `${scoreShortName(id)} ${said.total}`)] : []
  })
}
const doneOf = (folded: Folded): string[] =>
  [...folded.medications.map((one) => ['medication', one] as const), ...folded.treatments.map((one) => ['treatment', one] as const)]
    .sort(([, a], [, b]) => ((a.entry.at ?? '') < (b.entry.at ?? '') ? -1 : 1))
    .map(([kind, one]) => lineOf(kind, one))

/** What the record shows as open: offered, and taken along only when somebody leaves it ticked. */
export function outstandingOf(folded: Folded): string[] {
  const open: string[] = []
  if (!folded.triage) open.push(levelWord(null))
  if (folded.vitals.sets.length === 0) open.push(t(words.noVitals))
  if (folded.onset && folded.onset.state !== 'known') open.push(t(words.unknownOnset))
  for (const [id, heads] of Object.entries(folded.scores)) {
    const newest = heads.at(-1)
    const status = newest?.result?.status
    if (status === 'incomplete' || status === 'invalid') open.push(t(words.unfinished, { score: scoreShortName(id) }))
    else if (newest && CHECKLISTS.includes(id) && confirmationsOf(folded, newest).length === 0) open.push(t(words.notConfirmed))
  }
  for (const clock of runningClocks(folded.treatments)) if (clock.procedure === 'tourniquet') open.push(t(words.tourniquet, { time: clockTime(clock.at) }))
  return open
}
