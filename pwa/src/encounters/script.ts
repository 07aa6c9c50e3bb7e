/** The sentences to read out on the phone: who calls, whom they bring, what is alarming, when, what to prepare. */
import { labelOf } from '../catalogue/labels'
import { chipWord, pathwayOf } from '../catalogue/shelf'
import { scoreShortName } from '../catalogue/labels'
import { hoursAndMinutes, minutesUntil } from '../board/durations'
import { t } from '../language'
import { unitName } from '../sync/roster'
import { ageWord, openedAtOf, pathwayWord, sexWord } from './identity'
import { scriptWords as words } from './script_words'
import type { Folded } from './types'

/** Parts of the script; strong ones are said with weight. Only what is known is said: nothing missing is made up. */
export interface Part {
  text: string
  strong: boolean
}

export function scriptOf(folded: Folded, now: number): Part[] {
  const parts: Part[] = []
  const say = (text: string, strong = false) => text && parts.push({ text, strong })
  say(t(words.caller, { unit: unitName(folded.unit) }))
  say([sexWord(folded.patient?.sex), ageWord(folded.patient, openedAtOf(folded))].filter(Boolean).join(t(words.comma)) + t(words.comma))
  say(pathwayWord(folded.pathway), true)
  const complaint = [...(folded.complaint?.chips ?? []).map(chipWord), folded.complaint?.text ?? ''].filter(Boolean)
  if (complaint.length) say(t(words.with, { what: complaint.join(t(words.listComma)) }))
  say(t(words.stop))
  sayOnset(folded, now, say)
  sayVitals(folded, say)
  sayScores(folded, say)
  const isHere = folded.time_nodes.hospital_door !== undefined
  const minutes = isHere ? null : minutesUntil(folded.destination?.eta_at ?? folded.prealert?.eta_at, now)
  if (minutes !== null && minutes > 0) {
    say(t(words.arriving, { n: minutes }), true)
    say(t(words.stop))
  }
  return parts
}

type Say = (text: string, strong?: boolean) => void

function sayOnset(folded: Folded, now: number, say: Say): void {
  const { onset } = folded
  if (!onset) return
  const label = onset.node === 'last_known_well' ? t(words.lastKnownWell) : labelOf(pathwayOf(folded.pathway).onset_timer.label)
  const time = onset.state === 'known' ? hoursAndMinutes(onset.at, now) : null
  if (time) {
    const [hours, minutes] = time.split(':').map(Number)
    say(`${label} `)
    say(hours ? t(words.hoursMinutes, { h: hours, m: minutes ?? 0 }) : t(words.minutes, { m: minutes ?? 0 }), true)
  } else say(t(onset.state === 'wake_up' ? words.wakeUp : words.onsetUnknown))
  say(t(words.stop))
}

function sayVitals(folded: Folded, say: Say): void {
  const { latest } = folded.vitals
  const value = (id: string) => latest[id]?.value
  const told: [string, string][] = []
  if (value('sbp') !== undefined) told.push([t(words.pressure), `${value('sbp')}/${value('dbp') ?? '—'}`])
  for (const id of ['hr', 'spo2', 'glucose'] as const) if (value(id) !== undefined) told.push([t(words[id]), String(value(id))])
  if (value('avpu') !== undefined) told.push([t(words.avpu), String(value('avpu'))])
  told.forEach(([name, number], i) => {
    say(`${i ? t(words.comma) : ''}${name} `)
    say(number, true)
  })
  if (told.length) say(t(words.stop))
}

function sayScores(folded: Folded, say: Say): void {
  const done = Object.entries(folded.scores).flatMap(([id, heads]) => {
    const total = heads.at(-1)?.result?.total
    return typeof total === 'number' ? [[scoreShortName(id), String(total)] as const] : []
  })
  done.slice(0, 2).forEach(([name, total], i) => {
    say(`${i ? t(words.comma) : ''}${name} `)
    say(total, true)
  })
  if (done.length) say(t(words.stop))
}

export const scriptText = (parts: readonly Part[]): string => parts.map((part) => part.text).join('')
