// One line for every entry: a title and what is worth knowing beside it, in the chosen language.
import { actWord, methodWord, refusalWord } from '../../badges/telling'
import { words as badgeWords } from '../../badges/words'
import { tileWord, avpuWord } from '../../board/tile_words'
import { chipText } from '../../board/chip_text'
import { levelWord, words as boardWords } from '../../board/words'
import { words as cardWords } from '../../cards/words'
import { scoreShortName } from '../../catalogue/labels'
import { pathwayWord } from '../../catalogue/pathway_faces'
import { scoreTotalWords } from '../../catalogue/score_words'
import { label, nameOf, timeNodes } from '../../catalogue/store'
import { t, type Word } from '../../language'
import { labelled, listed } from '../../language/punctuation'
import { deviationLine } from '../../pathways/deviations'
import { siteName, staffName, unitName } from '../../sync/roster'
import { words as wristbandWords } from '../../wristbands/words'
import type { Body } from '../types'
import { calledName } from '../identity'
import { words as encounterWords } from '../words'
import { examText } from '../../examination/findings'
import { words as mediaWords } from '../../media/words'
import { linkLine } from '../../patients/link_words'
import { words as patientWords } from '../../patients/words'
import { medicationProof, medicationText, procedureText } from '../../treatments/given'
import { receiverName } from '../handover/receiver'
import { handoverWords } from '../handover/words'
import type { TimelineItem } from './timeline'
import { words } from './words'

export interface Line {
  title: string
  detail: string
}

const text = (value: unknown): string => (typeof value === 'string' ? value : typeof value === 'number' ? String(value) : '')
const list = (value: unknown): string => (Array.isArray(value) ? listed(value.filter((one) => typeof one === 'string').map((one) => chipText(one))) : '')
const joined = (...parts: string[]): string => parts.filter(Boolean).join(' · ')

/** An ambulance or a hospital, by its mailbox. */
const placeName = (mailbox: string): string => (mailbox.startsWith('unit_') ? unitName(mailbox.slice(5)) : mailbox.startsWith('site_') ? siteName(mailbox.slice(5)) : mailbox)

/** The short name of a time node; its id where this version does not know it. */
export function nodeName(node: string): string {
  const definition = timeNodes[node]
  return definition ? label(definition.short) : node
}

function vitalsText(data: Body): string {
  const values = (data.values ?? data) as Body
  const shown: string[] = []
  if (values.sbp !== undefined || values.dbp !== undefined) shown.push(`${t(tileWord('pressure'))} ${text(values.sbp) || '—'}/${text(values.dbp) || '—'}`)
  for (const id of ['hr', 'pulse', 'spo2', 'rr', 'temp', 'glucose'] as const) {
    if (values[id] !== undefined) shown.push(`${t(tileWord(id))} ${text(values[id])}`)
  }
  if (typeof values.avpu === 'string') shown.push(`${t(tileWord('avpu'))} ${t(avpuWord(values.avpu))}`)
  const not = Object.keys((data.not_measurable ?? {}) as Body)
  return [...shown, ...not.map((field) => `${nameOf('vitals', field)} ${t(words.cannotMeasure)}`)].join(' ')
}

/** Allergies and drugs taken by their names: "warfarin, penicillin" side by side would read as two drugs. */
function historyText(data: Body): string {
  if (data.onset === 'unknown') return t(words.onsetUnknown)
  if (data.onset === 'wake_up') return t(words.wakeUp)
  const named = (word: Word, items: string): string => items && labelled(t(word), items)
  return joined(list(data.present), list(data.past), named(words.takes, list(data.medications)), named(words.allergies, list(data.allergies)), text(data.text))
}

const REASONS: Record<string, Word> = {
  recorded_late: words.whyLate, recorded_early: words.whyEarly, device_clock: words.whyClock,
  wrong_tap: words.whyWrong, duplicate: words.whyDuplicate, wrong_patient: words.whyPatient,
}
/** A reason chosen from chips, or what somebody typed. */
export function reasonText(reason: unknown): string {
  const known = REASONS[text(reason)]
  return known ? t(known) : text(reason)
}

const PURPOSES: Record<string, Word> = {
  wound: words.purpose_wound, ecg: words.purpose_ecg, scene: words.purpose_scene, paper: words.purpose_paper, card: words.purpose_card,
}
const CLOSED: Record<string, Word> = {
  handed_over: words.handed_over, not_transported: words.not_transported, died: words.died, cancelled: words.cancelled, stale: words.stale,
}

function scoreLine(data: Body): Line {
  const result = (data.result ?? {}) as Body
  const said = scoreTotalWords({ status: text(result.status), ...result }, text(data.score), (data.inputs ?? {}) as Body)
  const isOpen = result.status === 'incomplete' || result.status === 'invalid'
  return { title: scoreShortName(text(data.score)), detail: isOpen ? `— ${t(boardWords.unfinished)}` : joined(said.total, said.total === '—' ? said.beside : '') }
}

const READINGS: Record<string, Word> = { accepted: cardWords.secondAccepted, dismissed: cardWords.secondDismissed }
const PHASES: Record<string, Word> = { before_lysis: words.phaseBefore, after_lysis: words.phaseAfter }

function mediaLine(data: Body): Line {
  if (data.media === 'audio') return { title: t(mediaWords.voice), detail: '' }
  const kind = data.media === 'video' ? t(mediaWords.video) : t(words.kind_media)
  return { title: kind, detail: joined(t(PURPOSES[text(data.purpose)] ?? words.purpose_other), data.annotates ? t(mediaWords.annotated) : '') }
}

function attestationLine(data: Body): Line {
  if (data.outcome === 'refused') return { title: t(badgeWords.refusedLine, { act: actWord(data.action) }), detail: joined(refusalWord(text(data.reason)), staffName(text(data.claimed_staff))) }
  const said = data.attests === 'checklist' ? t(data.verdict === 'disputed' ? words.disputed : words.attested) : actWord(data.action)
  return { title: said, detail: joined(methodWord(text(data.method)), text(data.text)) }
}

const LINES: Record<string, (data: Body) => Line> = {
  time_node: (data) => ({ title: nodeName(text(data.node)), detail: reasonText(data.reason) }),
  score: scoreLine,
  patient: (data) => ({ title: t(words.kind_patient), detail: text(data.name) || calledName({ temporary_name: text(data.temporary_name) }) }),
  link: (data) => linkLine(data),
  duplicate: (data) => ({ title: t(patientWords.possible), detail: joined(siteName(text(data.site)), data.state === 'cleared' ? t(patientWords.retracted) : '') }),
  registration: (data) => ({ title: t(patientWords.recordNumber), detail: joined(text(data.record_number), siteName(text(data.site))) }),
  complaint: (data) => ({ title: t(words.kind_complaint), detail: joined(list(data.chips), text(data.text)) }),
  history: (data) => ({ title: data.onset ? nameOf('time_nodes', text(data.node)) : t(words.kind_history), detail: historyText(data) }),
  vitals: (data) => ({ title: t(words.kind_vitals), detail: vitalsText(data) }),
  treatment: (data) => ({ title: procedureText(data), detail: '' }),
  medication: (data) => ({ title: medicationText(data), detail: medicationProof(data) }),
  note: (data) => (data.told_by_phone ? { title: t(words.toldByPhone), detail: text(data.text) } : { title: t(words.kind_note), detail: text(data.text) }),
  media: mediaLine,
  exam: (data) => ({ title: t(encounterWords.examination), detail: examText(data) }),
  card_reading: (data) => ({ title: t(cardWords.second), detail: t(READINGS[text(data.state)] ?? cardWords.secondOpen) }),
  wristband: (data) => ({
    title: t(data.state === 'removed' ? wristbandWords.takeOff : data.joined ? wristbandWords.joinedBy : wristbandWords.nowOn),
    detail: joined(placeName(text(data.joined)), `…${text(data.code).slice(-4)}`),
  }),
  triage: (data) => ({ title: t(words.kind_triage), detail: t(levelWord(Number(data.level))) }),
  destination: (data) => ({ title: t(words.kind_destination), detail: siteName(text(data.site)) }),
  prealert: (data) => ({ title: t(words.kind_prealert), detail: siteName(text(data.site)) }),
  acknowledgement: () => ({ title: t(words.kind_acknowledgement), detail: '' }),
  encounter: (data) => ({ title: t(words.changePathway), detail: t(pathwayWord(text(data.pathway))) }),
  closure: (data) =>
    data.state === 'reopened'
      ? { title: t(words.kind_reopened), detail: text(data.text) }
      : { title: t(words.kind_closure), detail: joined(CLOSED[text(data.reason)] ? t(CLOSED[text(data.reason)]!) : text(data.reason), text(data.text)) },
  attestation: attestationLine,
  handover: (data) => ({ title: t(handoverWords.handedOver, { name: receiverName(data) }), detail: joined(methodWord(text((data.to as Body | undefined)?.method)), list(data.outstanding)) }),
  assessment: (data) => (data.about === 'step' ? deviationLine(data) : { title: t(PHASES[text(data.phase)] ?? words.kind_assessment), detail: text(data.text) }),
  activation: (data) => ({ title: t(words.kind_activation), detail: text(data.team) }),
}

/** A kind that this version does not know is still shown, by its own word. */
export function describe(item: Pick<TimelineItem, 'kind' | 'data'>): Line {
  return LINES[item.kind]?.(item.data) ?? { title: `${t(words.kind_other)} ${item.kind}`, detail: text(item.data.text) }
}

