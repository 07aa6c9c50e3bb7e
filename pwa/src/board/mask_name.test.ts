import { describe, expect, it } from 'vitest'
import { maskName } from './mask_name'

describe('a name on the wall', () => {
  it('keeps the family name and the last character of a longer given name', () => {
    expect(maskName('张秀兰')).toBe('张＊兰')
    expect(maskName('周小雨')).toBe('周＊雨')
  })
  it('hides the whole given name when it has one character', () => {
    expect(maskName('陈平')).toBe('陈＊')
  })
  it('knows double surnames', () => {
    expect(maskName('欧阳小雨')).toBe('欧阳＊雨')
    expect(maskName('欧阳')).toBe('欧＊')
  })
  it('masks every part of a name with a dot', () => {
    expect(maskName('买买提·艾力')).toBe('买＊·艾＊')
  })
  it('masks given names in Latin script', () => {
    expect(maskName('Li Ming')).toBe('Li M＊')
  })
})
