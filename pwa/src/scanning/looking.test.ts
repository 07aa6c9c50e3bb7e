import { expect, test } from 'vitest'
import { brightnessOf, judge } from './looking'

const code = (text: string) => ({ text, format: 'QRCode', x: 0.5, y: 0.5 })

test('one code in the picture is taken', () => {
  expect(judge({ codes: [code('a')], isSeen: false }, 120)).toEqual({ advice: 'read', text: 'a' })
})
test('of two different codes none is taken: they may be two patients', () => {
  expect(judge({ codes: [code('a'), code('b')], isSeen: false }, 120)).toEqual({ advice: 'several', text: null })
})
test('the same code twice, as on a band with two prints, is one', () => {
  expect(judge({ codes: [code('a'), code('a')], isSeen: false }, 120).text).toBe('a')
})
test('a code that is seen and not read asks for nearness, even in the dark', () => {
  expect(judge({ codes: [], isSeen: true }, 5).advice).toBe('unreadable')
})
test('an empty picture says aim, a dark one says light', () => {
  expect(judge({ codes: [], isSeen: false }, 120).advice).toBe('aim')
  expect(judge({ codes: [], isSeen: false }, 10).advice).toBe('dark')
})
test('brightness of white, black and no pixels', () => {
  expect(brightnessOf(new Uint8ClampedArray(4 * 64).fill(255))).toBeCloseTo(255)
  expect(brightnessOf(new Uint8ClampedArray(4 * 64))).toBe(0)
  expect(brightnessOf(new Uint8ClampedArray(0))).toBe(0)
})
