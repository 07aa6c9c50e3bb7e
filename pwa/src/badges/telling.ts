/** Sentences about badges: how somebody proved themselves, why a badge was refused, how old the list of revocations is. */
import { t } from '@/language'
import type { Method, Refusal } from './rules'
import { listAgeMinutes } from './store'
import { words } from './words'

const METHODS: Record<string, (typeof words)[keyof typeof words]> = {
  nfc: words.by_nfc,
  qr: words.by_qr,
  wedge: words.by_wedge,
  pin: words.by_pin,
}
/** "NFC badge"; what was only chosen from a list says so. */
export const methodWord = (method: Method | string | null | undefined): string => t(METHODS[String(method)] ?? words.by_list)

const REFUSALS: Record<Refusal | 'not_this_person' | 'wrong_pin', (typeof words)[keyof typeof words]> = {
  unreadable: words.unreadable,
  unknown_key: words.unknown_key,
  forged: words.forged,
  expired: words.expired,
  not_yet: words.not_yet,
  revoked: words.revoked,
  staff_unknown: words.staff_unknown,
  staff_inactive: words.staff_inactive,
  not_this_person: words.not_this_person,
  wrong_pin: words.pinWrong,
}
export const refusalWord = (refusal: string): string => t(REFUSALS[refusal as Refusal] ?? words.refused)

const OLD_MINUTES = 120
export const isListOld = (minutes: number | null): boolean => minutes === null || minutes >= OLD_MINUTES
export function listAgeWord(minutes: number | null = listAgeMinutes()): string {
  if (minutes === null) return t(words.listNever)
  return isListOld(minutes) ? t(words.listOld, { n: Math.floor(minutes / 60) }) : t(words.listFresh, { n: minutes })
}

const ACTS: Record<string, (typeof words)[keyof typeof words]> = {
  checklist: words.act_checklist,
  second_check: words.act_second_check,
  receive_handover: words.act_receive_handover,
  identify: words.act_identify,
}
export const actWord = (action: unknown): string => (ACTS[String(action)] ? t(ACTS[String(action)]!) : String(action ?? ''))
