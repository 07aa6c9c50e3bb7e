// The identity number's verdict as the sheet needs it. The rule itself is identity_number.ts; nothing is repaired here.
import { t, type Word } from '../../language'
import { shanghaiDate } from '../age'
import { checkIdentityNumber, type IdentityNumberCheck } from '../identity_number'
import { words } from './words'

const PROBLEMS: Partial<Record<IdentityNumberCheck['reason'], Word>> = {
  length: words.numberLength,
  legacy_15_digit: words.numberLength,
  format: words.numberFormat,
  ocr_confusion: words.numberFormat,
  region: words.numberRegion,
  birth_date: words.numberBirth,
  birth_date_future: words.numberBirth,
  check_digit: words.numberCheckDigit,
}

export type NumberVerdict =
  | { isValid: true; number: string; birthDate: string; sex: 'male' | 'female' }
  | { isValid: false; problem: string }

export function checkNumber(text: string, now: Date): NumberVerdict {
  const check = checkIdentityNumber(text, shanghaiDate(now.toISOString()) ?? now.toISOString().slice(0, 10))
  if (check.normalised && check.birth && check.sex) {
    return { isValid: true, number: check.normalised, birthDate: check.birth, sex: check.sex }
  }
  return { isValid: false, problem: t(PROBLEMS[check.reason] ?? words.numberFormat) }
}
