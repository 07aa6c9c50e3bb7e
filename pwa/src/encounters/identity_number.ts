/**
 * Checks a citizen identification number (GB 11643; check character ISO 7064 MOD 11-2).
 * A number is never repaired: letters that look like digits give a candidate that a person must confirm.
 * Twin of server/encounters/identity_number.py; shared vectors in tests/vectors/identity.
 */
import { realDate } from './age'

export interface IdentityNumberCheck {
  verdict: 'valid' | 'valid_after_normalisation' | 'needs_confirmation' | 'invalid'
  normalised: string | null
  reason:
    | 'ok'
    | 'length'
    | 'legacy_15_digit'
    | 'format'
    | 'region'
    | 'birth_date'
    | 'birth_date_future'
    | 'check_digit'
    | 'ocr_confusion'
  birth: string | null
  sex: 'male' | 'female' | null
  region2: string | null
  candidate: string | null
}

const WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]
const CHECK_CHARACTERS = '10X98765432'
// Provinces, and 81, 82, 83: residence permits of Hong Kong, Macao and Taiwan residents.
const REGIONS = new Set(
  '11 12 13 14 15 21 22 23 31 32 33 34 35 36 37 41 42 43 44 45 46 50 51 52 53 54 61 62 63 64 65 71 81 82 83'.split(' '),
)
const IGNORED = /[\s\u002d\u2010-\u2015\u2212\u200b-\u200d\u2060\ufeff]/g
const LOOKS_LIKE: Record<string, string> = {
  O: '0', D: '0', Q: '0', I: '1', L: '1', '|': '1', B: '8', S: '5', Z: '2', G: '6', '\u00d7': 'X',
}
const NUMBER = /^[0-9]{17}[0-9X]$/

/** Full-width forms, spaces, hyphens and small letters brought to the printed form. */
export const normalise = (text: string): string =>
  text.normalize('NFKC').replace(IGNORED, '').replace(/[a-z]/g, (letter) => letter.toUpperCase())

/** The check character of 17 digits (ISO 7064 MOD 11-2). */
export const checkCharacter = (first17: string): string =>
  CHECK_CHARACTERS[WEIGHTS.reduce((sum, weight, n) => sum + Number(first17[n]) * weight, 0) % 11]!

const birthOf = (number: string): string | null =>
  realDate(`${number.slice(6, 10)}-${number.slice(10, 12)}-${number.slice(12, 14)}`)

function problemOf(number: string, today: string): IdentityNumberCheck['reason'] | null {
  if (!REGIONS.has(number.slice(0, 2))) return 'region'
  const birth = birthOf(number)
  if (birth === null) return 'birth_date'
  if (birth > today) return 'birth_date_future'
  return checkCharacter(number.slice(0, 17)) === number[17] ? null : 'check_digit'
}

function answer(
  verdict: IdentityNumberCheck['verdict'],
  reason: IdentityNumberCheck['reason'],
  number: string | null = null,
  candidate: string | null = null,
): IdentityNumberCheck {
  return {
    verdict,
    normalised: number,
    reason,
    birth: number === null ? null : birthOf(number),
    sex: number === null ? null : Number(number[16]) % 2 ? 'male' : 'female',
    region2: number === null ? null : number.slice(0, 2),
    candidate,
  }
}

/**
 * Judge a number as typed or read. `today` is the date in China, "YYYY-MM-DD".
 * `birth`, `sex` and `region2` are given for valid numbers only; `candidate` only with `needs_confirmation`.
 */
export function checkIdentityNumber(text: string, today: string): IdentityNumberCheck {
  const number = normalise(text)
  if (/^[0-9]{15}$/.test(number)) return answer('invalid', 'legacy_15_digit')
  if ([...number].length !== 18) return answer('invalid', 'length')
  if (!NUMBER.test(number)) {
    const candidate = [...number].map((character) => LOOKS_LIKE[character] ?? character).join('')
    if (NUMBER.test(candidate) && problemOf(candidate, today) === null)
      return answer('needs_confirmation', 'ocr_confusion', null, candidate)
    return answer('invalid', 'format')
  }
  const problem = problemOf(number, today)
  if (problem !== null) return answer('invalid', problem)
  return answer(number === text ? 'valid' : 'valid_after_normalisation', 'ok', number)
}
