// Exact decimal arithmetic for boundaries and rounding. Binary floats put 24.25 % and 35.36 umol/L on the wrong side
// of a boundary now and then; what a person typed is a decimal, so it is computed as one.
// Twin: server/catalogue/score_kinds/decimals.py.

export interface Fraction {
  readonly top: bigint
  readonly bottom: bigint
}

export const zero: Fraction = { top: 0n, bottom: 1n }

export function isFraction(value: unknown): value is Fraction {
  return typeof value === 'object' && value !== null && 'top' in value && 'bottom' in value
}

// The number that the shortest decimal text of `value` names.
export function exact(value: number): Fraction {
  const [mantissa = '0', exponent = '0'] = String(value).split('e')
  const [whole = '0', decimals = ''] = mantissa.split('.')
  const shift = Number(exponent) - decimals.length
  const digits = BigInt(whole + decimals)
  return shift >= 0 ? { top: digits * 10n ** BigInt(shift), bottom: 1n } : { top: digits, bottom: 10n ** BigInt(-shift) }
}

export const add = (a: Fraction, b: Fraction): Fraction => ({
  top: a.top * b.bottom + b.top * a.bottom,
  bottom: a.bottom * b.bottom,
})

export const multiply = (a: Fraction, b: Fraction): Fraction => ({ top: a.top * b.top, bottom: a.bottom * b.bottom })

// The divisor is positive wherever this is used: units, and pressures above zero.
export const divide = (a: Fraction, b: Fraction): Fraction => ({ top: a.top * b.bottom, bottom: a.bottom * b.top })

export function compareFractions(a: Fraction, b: Fraction): number {
  const left = a.top * b.bottom
  const right = b.top * a.bottom
  return left < right ? -1 : left > right ? 1 : 0
}

// Half away from zero, as paper forms do; never to even.
export function roundHalfUp(value: Fraction, decimals: number): Fraction {
  const scale = 10n ** BigInt(decimals)
  const isNegative = value.top < 0n
  const scaled = (isNegative ? -value.top : value.top) * scale
  const whole = scaled / value.bottom
  const rounded = whole + (2n * (scaled % value.bottom) >= value.bottom ? 1n : 0n)
  return { top: isNegative ? -rounded : rounded, bottom: scale }
}

// The nearest double of a decimal fraction: its text is parsed, because a division of doubles could be one off.
export function toNumber(value: Fraction): number {
  const places = String(value.bottom).length - 1
  return value.bottom === 10n ** BigInt(places) ? Number(`${value.top}e-${places}`) : Number(value.top) / Number(value.bottom)
}

// How many decimals a precision of 0.1 or 0.01 asks for.
export function decimalsOf(precision: number): number {
  return String(precision).split('.')[1]?.length ?? 0
}
