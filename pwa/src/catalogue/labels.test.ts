import { readdirSync } from 'node:fs'
import { resolve } from 'node:path'
import { afterEach, expect, it } from 'vitest'
import { language } from '../language'
import { labelOf, scoreShortName } from './labels'

const FOLDER = resolve(import.meta.dirname, '../../../static/catalogue/scores')
afterEach(() => (language.value = 'zh'))

it('no score is called by the inner name of its file', () => {
  const ids = readdirSync(FOLDER).map((file) => file.replace('.json', ''))
  expect(ids.length).toBeGreaterThan(20)
  for (const chosen of ['zh', 'en'] as const) {
    language.value = chosen
    expect(ids.map(scoreShortName).filter((name) => name.includes('_') || name.length > 16)).toEqual([])
  }
})

it('a short name follows the language, and a new score still has one', () => {
  expect(scoreShortName('shock_index')).toBe('休克指数')
  language.value = 'en'
  expect(scoreShortName('shock_index')).toBe('Shock index')
  expect(scoreShortName('brand_new')).toBe('BRAND NEW')
})

it('Chinese labels have Chinese signs, numbers keep theirs', () => {
  expect(labelOf({ zh: '窗口(4:30 内)', en: 'window (within 4:30)' })).toBe('窗口（4:30 内）')
})
