/**
 * The code of a wristband: `GLW1`, 12 random characters, one check character. Pure; twin of server/wristbands/code.py.
 * It names nobody: 60 random bits, so that nobody finds a patient's code by trying. The check is ISO 7064 MOD 37,36.
 */
export const PREFIX = 'GLW1'
const CROCKFORD = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ'
const RANDOM_LENGTH = 12
const LONGEST_READ = 200
const PAYLOAD = new RegExp(`^[${CROCKFORD}]{${RANDOM_LENGTH + 1}}$`)
const SAME: Record<string, string> = { I: '1', L: '1', O: '0' }

export type Reading = { verdict: 'ours'; code: string } | { verdict: 'wrong_check' | 'foreign'; code: null }

/** The check character for letters and digits. */
export function checkCharacter(text: string): string {
  let product = 36
  for (const character of text) {
    const value = ALPHABET.indexOf(character)
    if (value < 0) throw new RangeError(`no letter or digit: ${character}`)
    product = (((product + value) % 36 || 36) * 2) % 37
  }
  return ALPHABET[(37 - product) % 36]!
}

/** 32 letters divide 256 evenly: every character is as likely as the others. */
const drawRandom = (): string => [...crypto.getRandomValues(new Uint8Array(RANDOM_LENGTH))].map((byte) => CROCKFORD[byte % 32]).join('')

/** A new code, made on this device. Codes whose check could be mistaken when typed are drawn again. */
export function makeCode(draw: () => string = drawRandom): string {
  for (;;) {
    const body = PREFIX + draw()
    const check = checkCharacter(body)
    if (CROCKFORD.includes(check)) return body + check
  }
}

/** Tell what a text is. Lower case, spaces and dashes do not matter; the prefix may be left out when typed whole. */
export function readCode(text: string): Reading {
  if ([...text].length > LONGEST_READ) return { verdict: 'foreign', code: null }
  const packed = text.replace(/[\s\-·]+/g, '').toUpperCase()
  const isNamed = packed.startsWith(PREFIX)
  const payload = (isNamed ? packed.slice(PREFIX.length) : packed).replace(/[ILO]/g, (letter) => SAME[letter]!)
  const code = PREFIX + payload
  if (PAYLOAD.test(payload) && checkCharacter(code.slice(0, -1)) === code.slice(-1)) return { verdict: 'ours', code }
  return { verdict: isNamed ? 'wrong_check' : 'foreign', code: null }
}

/** As it is printed below its picture, for people: GLW1 XXXX XXXX XXXX C. */
export const spaced = (code: string): string => code.match(/.{1,4}/g)?.join(' ') ?? code
