import { afterEach, describe, expect, it } from 'vitest'
import { language } from '.'
import { labelled, listed } from './punctuation'

afterEach(() => {
  language.value = 'zh'
})

describe('signs between words', () => {
  it('are those of the language', () => {
    expect([listed(['面瘫', '言语不清']), labelled('夜间', '关')]).toEqual(['面瘫、言语不清', '夜间：关'])
    language.value = 'en'
    expect([listed(['Face droop', 'Speech']), labelled('Night', 'Off')]).toEqual(['Face droop, Speech', 'Night: Off'])
  })

  it('leave out what is not known', () => {
    expect(listed(['面瘫', null, undefined, ''])).toBe('面瘫')
  })
})
