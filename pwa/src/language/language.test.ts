import { afterEach, describe, expect, it } from 'vitest'
import { nextTick } from 'vue'
import { language, t } from '.'

describe('language', () => {
  afterEach(() => {
    language.value = 'zh'
  })
  const newer = { zh: '其后新增 {n} 条', en: '{n} newer since' }

  it('speaks Chinese until somebody chooses English', () => {
    expect(t(newer, { n: 4 })).toBe('其后新增 4 条')
    language.value = 'en'
    expect(t(newer, { n: 4 })).toBe('4 newer since')
  })

  it('tells the document and remembers the choice', async () => {
    language.value = 'en'
    await nextTick()
    expect(document.documentElement.lang).toBe('en')
    expect(localStorage.getItem('greenlane.language')).toBe('en')
  })

  it('leaves a missing parameter visible instead of hiding it', () => {
    expect(t(newer, {})).toBe('其后新增 {n} 条')
  })
})
