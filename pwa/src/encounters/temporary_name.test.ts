import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { drawnName, inLanguage, temporaryName } from './temporary_name'

const FILE = `${process.cwd()}/../tests/vectors/temporary_names/names.json`
const vectors = JSON.parse(readFileSync(FILE, 'utf-8')) as {
  drawn: { encounter: string; attempt: number; zh: string; en: string }[]
  kept: { name: string; zh: string; en: string }[]
}
const ulids = Array.from({ length: 3000 }, (_, n) => `01JD8Z${String(n * 7919).padStart(20, '0')}`)

describe('the temporary name of somebody unknown', () => {
  it.each(vectors.drawn)('is the same everywhere for $encounter, try $attempt: $zh', ({ encounter, attempt, zh, en }) => {
    expect(drawnName(encounter, attempt)).toBe(zh)
    expect(inLanguage(zh, 'en')).toBe(en)
    expect(inLanguage(en, 'zh')).toBe(zh)
  })
  it.each(vectors.kept)('is shown in the language of the screen, whatever was kept: $name', ({ name, zh, en }) => {
    expect([inLanguage(name, 'zh'), inLanguage(name, 'en')]).toEqual([zh, en])
  })
  it('avoids the colour and animal of others who are open here, in either language', () => {
    const [encounter] = ulids as [string]
    const first = temporaryName(encounter)
    const other = temporaryName(encounter, [inLanguage(first, 'en')])
    expect(other.split(' ')[0]).not.toBe(first.split(' ')[0])
    expect(temporaryName(encounter, [other, null, undefined, '张三'])).toBe(first)
  })
  it('is still another one when every colour and animal is taken', () => {
    const kinds = new Set(ulids.map((id) => drawnName(id).split(' ')[0]))
    const taken = [...kinds].map((kind) => `${kind} 22`)
    const own = ulids.find((id) => drawnName(id).endsWith(' 22'))!
    expect(taken).not.toContain(temporaryName(own, taken))
  })
  it('uses all that there is, evenly enough', () => {
    const counts = new Map<string, number>()
    for (const id of ulids) counts.set(drawnName(id), (counts.get(drawnName(id)) ?? 0) + 1)
    expect(new Set(ulids.map((id) => drawnName(id).split(' ')[0])).size).toBe(60)
    expect(Math.max(...counts.values())).toBeLessThan(9)
  })
  it('has no four, no nought, no number that insults, and no two words that sound alike at their ends', () => {
    const all = ulids.map((id) => drawnName(id))
    expect(all.filter((name) => /[04]|13$|18$|38$|87$/.test(name))).toEqual([])
    expect(all.filter((name) => /[红黄绿黑白灰]|龟|虎|狗|猪|猫头鹰|乌鸦|鹤/.test(name))).toEqual([])
  })
})
