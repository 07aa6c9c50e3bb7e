/** Where an answer came from, in words, and how old it is. */
import { clockTime } from '../../board/durations'
import { language, t } from '../../language'
import { vitalFields } from '../store'
import { labelOf, scoreShortName } from '../labels'
import type { InputSource, Proposal } from '../known_values'
import type { Item } from '../types'
import { words } from './words'

export function ageWords(minutes: number | null): string {
  if (minutes === null) return t(words.ageUnknown)
  if (minutes < 1) return t(words.justNow)
  return minutes < 60 ? t(words.minutesAgo, { n: minutes }) : t(words.hoursAgo, { h: Math.floor(minutes / 60), m: minutes % 60 })
}

/** "NIHSS 4 · 21:36", "血压 21:36", "最后正常 20:10". */
export function sourceWords(source: InputSource): string {
  const time = source.at ? clockTime(source.at) : t(words.ageUnknown)
  switch (source.kind) {
    case 'vitals':
      return `${labelOf(vitalFields[source.name]?.short ?? { zh: source.name, en: source.name })} · ${time}`
    case 'score': {
      const [score, item] = source.name.split('.')
      return `${scoreShortName(score ?? '')}${item ? ` ${item}` : ''} · ${time}`
    }
    case 'time_node':
      return t(source.name === 'onset' ? words.fromBegin : words.fromOnset, { time })
    case 'patient':
      return t(words.fromPatient)
    case 'history':
      return `${t(words.fromHistory)} · ${time}`
  }
}

/** The whole line below a proposal: source, age, and why it wants a tap of its own. */
export function proposalWords(proposal: Proposal): string {
  const isTimeless = proposal.source.kind === 'patient' || proposal.source.kind === 'history' || proposal.source.kind === 'time_node'
  const parts = [sourceWords(proposal.source)]
  if (!isTimeless) parts.push(ageWords(proposal.ageMinutes))
  if (proposal.isOld) parts.push(t(words.oldValue))
  else if (proposal.needsOwnTap && proposal.source.kind === 'patient') parts.push(t(words.estimated))
  else if (proposal.needsOwnTap) parts.push(t(words.ownTap))
  return parts.join(' · ')
}

/** An answer as the question words it: the option's label, yes or no, the number with its unit. */
export function answerWords(item: Item, value: unknown): string {
  if (value === undefined || value === null) return '—'
  if (item.special_values?.some((special) => special.value === value)) return t(words.untestable)
  const option = item.options?.find((one) => one.value === value)
  if (option) return labelOf(option.label)
  if (typeof value === 'boolean') return t(value ? words.true : words.false)
  return `${String(value)}${unitOf(item)}`
}

const PLAIN_UNITS: Record<string, { zh: string; en: string }> = {
  '{score}': { zh: '', en: '' },
  '1': { zh: '', en: '' },
  'mm[Hg]': { zh: ' mmHg', en: ' mmHg' },
  '/min': { zh: ' 次/分', en: '/min' },
  min: { zh: ' 分钟', en: ' min' },
  a: { zh: ' 岁', en: ' years' },
  Cel: { zh: ' °C', en: ' °C' },
  '10*9/L': { zh: ' ×10⁹/L', en: ' ×10⁹/L' },
  'umol/L': { zh: ' µmol/L', en: ' µmol/L' },
}
/** The unit as people write it; UCUM's signs ("mm[Hg]", "{score}") are for machines. */
export function unitOf(item: Item): string {
  const unit = item.unit ?? ''
  const plain = PLAIN_UNITS[unit]
  if (plain) return plain[language.value]
  return unit ? ` ${unit}` : ''
}
