import { afterEach, beforeEach, expect, test } from 'vitest'
import { listenForWedge, wedgeBurst } from './wedge_reader'

let now = 0
let codes: string[] = []
let stop: () => void

beforeEach(() => {
  document.body.innerHTML = '<form><input id="name"><textarea id="note"></textarea></form>'
  now = 1000
  codes = []
  stop = listenForWedge((code) => codes.push(code))
})
afterEach(() => stop())

/** One key as a browser gives it: the event, then, unless somebody held it back, the letter in the field. */
function press(key: string, target: Element = document.body, more: KeyboardEventInit = {}): KeyboardEvent {
  const event = new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true, ...more })
  Object.defineProperty(event, 'timeStamp', { value: now })
  target.dispatchEvent(event)
  const isField = target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement
  if (isField && key.length === 1 && !event.defaultPrevented) target.setRangeText(key, target.selectionStart!, target.selectionEnd!, 'end')
  return event
}
function type(text: string, gap_ms: number, target?: Element): KeyboardEvent {
  for (const key of text) {
    press(key, target)
    now += gap_ms
  }
  return press('Enter', target)
}

test('keys at a scanner’s pace, ended by Enter, are one code, and the Enter does nothing else', () => {
  const enter = type('GLW10123456789ABX', 8)
  expect(codes).toEqual(['GLW10123456789ABX'])
  expect(enter.defaultPrevented).toBe(true)
})
test('a person’s typing, however fast, is no code and keeps its Enter', () => {
  const enter = type('hypertension', 60, document.querySelector('#name')!)
  expect(codes).toEqual([])
  expect(enter.defaultPrevented).toBe(false)
  expect((document.querySelector('#name') as HTMLInputElement).value).toBe('hypertension')
})
test('a held key, a short burst and a command are no codes', () => {
  for (let i = 0; i < 20; i++, now += 30) press('a', document.body, { repeat: i > 0 })
  press('Enter')
  type('12345', 5)
  for (const key of '1234567') press(key, document.body, { ctrlKey: true })
  press('Enter')
  expect(codes).toEqual([])
})
test('a text field that had the focus gets back what a person wrote in it', () => {
  const note = document.querySelector('#note') as HTMLTextAreaElement
  const heard: string[] = []
  note.addEventListener('input', () => heard.push(note.value))
  note.value = 'BP falls'
  note.setSelectionRange(2, 2)
  type('GLW10123456789ABX', 8, note)
  expect(codes).toEqual(['GLW10123456789ABX'])
  expect([note.value, note.selectionStart]).toEqual(['BP falls', 2])
  expect(heard).toEqual(['BP falls'])
})
test('what a person typed just before is no part of the code, and stays', () => {
  const field = document.querySelector('#name') as HTMLInputElement
  press('L', field)
  now += 400
  type('GLW1ABCDEF', 8, field)
  expect(codes).toEqual(['GLW1ABCDEF'])
  expect(field.value).toBe('L')
})
test('the second code does not carry the first', () => {
  type('FIRST1', 8)
  now += 5
  type('SECOND2', 8)
  expect(codes).toEqual(['FIRST1', 'SECOND2'])
})
test('capital letters come with Shift, which is no letter', () => {
  const burst = wedgeBurst()
  let at_ms = 0
  const take = (key: string) => burst.take({ key, at_ms: (at_ms += 4), isRepeat: false, isCommand: false }).code
  for (const key of ['Shift', 'G', 'Shift', 'L', 'Shift', 'W', '1', '2', '3']) expect(take(key)).toBeNull()
  expect(take('Enter')).toBe('GLW123')
})
test('a late key of a wireless scanner is borne, a pause is not', () => {
  const burst = wedgeBurst()
  const at = (key: string, at_ms: number) => burst.take({ key, at_ms, isRepeat: false, isCommand: false }).code
  ;[...'ABCDEFGH'].forEach((key, index) => at(key, index < 4 ? index * 6 : 80 + index * 6))
  expect(at('Enter', 130)).toBe('ABCDEFGH')
  ;[...'ABCDEFGH'].forEach((key, index) => at(key, 1000 + (index < 4 ? index * 6 : 500 + index * 6)))
  expect(at('Enter', 1550)).toBeNull()
})
test('after stopping nothing is heard', () => {
  stop()
  type('GLW10123456789ABX', 8)
  expect(codes).toEqual([])
})
