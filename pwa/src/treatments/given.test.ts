import { afterEach, expect, it } from 'vitest'
import { language } from '../language'
import { medicationText } from './given'

afterEach(() => (language.value = 'zh'))

it('a route of a drug is shown as a word, another program’s own word as it is', () => {
  expect(medicationText({ text: '吗啡', dose: 5, unit: 'mg', route: 'im' })).toBe('吗啡 5 mg 肌注')
  language.value = 'en'
  expect(medicationText({ text: 'morphine', dose: 5, unit: 'mg', route: 'im' })).toBe('morphine 5 mg IM')
  expect(medicationText({ text: 'morphine', route: 'rectal' })).toBe('morphine rectal')
})
