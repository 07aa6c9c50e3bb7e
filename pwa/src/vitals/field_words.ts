/** Names and units of vital signs in the chosen language, short enough for a tile. */
import { t } from '../language'
import { words } from './words'

export function fieldWord(id: string): string {
  return id in words ? t(words[id as keyof typeof words]) : id
}

const PLAIN: Record<string, string> = { 'mm[Hg]': 'mmHg', Cel: '℃', '%': '%', 'mmol/L': 'mmol/L' }

export function unitWord(ucum: string | undefined, short = false): string {
  if (ucum === '/min') return t(short ? words.perMinuteShort : words.perMinute)
  if (ucum === '{score}') return t(words.points)
  return PLAIN[ucum ?? ''] ?? ucum ?? ''
}

/** A letter of AVPU with its word: "A 清醒". */
export function avpuWord(letter: string): string {
  return letter === 'A' || letter === 'C' || letter === 'V' || letter === 'P' || letter === 'U' ? t(words[letter]) : ''
}

/** Why a field has no value: refused, device failure, else not recordable. */
export function missingWord(reason: string): string {
  return t(reason === 'refused' ? words.refused : reason === 'device_failure' ? words.device_failure : words.unrecordableShort)
}
