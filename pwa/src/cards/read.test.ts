import { describe, expect, it } from 'vitest'
import { joined } from './page'
import { quadOf } from './plane'
import { readCard } from './read'
import type { Engine, Picture, Quad, Reading, Strip, Zone } from './readings'

/** A card of one grey for each line: what a strip was cut from is told by its grey. */
interface Printed {
  zone: Zone
  text: string
  grey: number
}
const row = (text: string, v: number, grey: number, left = 173, step = 36): Printed => ({ zone: [left, v - 22, left + text.length * step, v + 22], text, grey })
const NAME = row('梁伟旻', 101, 30)
const NUMBER: Printed = { zone: [335, 519, 904, 563], text: '11010519491231002X', grey: 200 }
const LINES = [NAME, row('女', 178, 50), row('民族汉', 178, 70, 288), row('1949年12月31日', 250, 90, 173, 27), row('北京市朝阳区和平街甲一百', 330, 110), row('二十三号', 384, 130), NUMBER]
const [LEFT, TOP, SCALE] = [60, 60, 1.2] as const

function pictureOf(lines: readonly Printed[]): Picture {
  const [width, height] = [1400, 900]
  const data = new Uint8ClampedArray(width * height * 4).fill(255)
  for (const { zone: [left, top, right, bottom], grey } of lines) {
    for (let y = Math.round(TOP + top * SCALE); y < TOP + bottom * SCALE; y++) {
      for (let x = Math.round(LEFT + left * SCALE); x < LEFT + right * SCALE; x++) data.fill(grey, (y * width + x) * 4, (y * width + x) * 4 + 3)
    }
  }
  return { width, height, data }
}

/** The boxes of greys in a picture, as detection finds them. */
function boxesIn({ width, height, data }: Picture, lines: readonly Printed[]): Quad[] {
  return lines.flatMap(({ grey }) => {
    let [left, top, right, bottom, count] = [width, height, -1, -1, 0]
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        if (data[(y * width + x) * 4] !== grey) continue
        count += 1
        ;[left, top, right, bottom] = [Math.min(left, x), Math.min(top, y), Math.max(right, x + 1), Math.max(bottom, y + 1)]
      }
    }
    // Of a blurred edge some pixels have any grey.
    return count > 0.8 * (right - left) * (bottom - top) && count > 100 ? [quadOf([left, top, right, bottom])] : []
  })
}
const greyOf = ({ width, data }: Strip): number => data[(24 * width + Math.floor(width / 2)) * 3]!

/** Finds `first` at the first look and everything later; counts how often each text was read; `say` may misread. */
function engineOf(first: readonly Printed[], say = (text: string, _time: number): string => text): { engine: Engine; counts: Map<string, number>; looks: number[] } {
  const counts = new Map<string, number>()
  const looks: number[] = []
  const engine: Engine = {
    findBoxes: async (picture) => {
      looks.push(picture.width * picture.height)
      return boxesIn(picture, looks.length === 1 ? first : LINES)
    },
    readStrips: async (strips, alphabet) =>
      strips.map((strip): Reading => {
        const line = LINES.find(({ grey }) => Math.abs(grey - greyOf(strip)) < 6)
        if (!line) return []
        counts.set(line.text, (counts.get(line.text) ?? 0) + 1)
        const text = say(line.text, counts.get(line.text)!)
        const kept = [...text].filter((character) => !alphabet || alphabet.includes(character))
        return kept.map((character, n) => ({ text: character, confidence: 0.99, at: (n + 0.5) / line.text.length }))
      }),
  }
  return { engine, counts, looks }
}

describe('reading a card', () => {
  it('takes one look and each line once where all is sure', async () => {
    const { engine, counts, looks } = engineOf(LINES)
    const card = await readCard(pictureOf(LINES), engine, '2026-11-28')
    expect(Object.fromEntries(Object.entries(card.fields).map(([name, field]) => [name, field.value]))).toEqual({ name: '梁伟旻', sex: '女', ethnicity: '汉', birth: '1949-12-31', address: '北京市朝阳区和平街甲一百二十三号', id_number: '11010519491231002X' })
    expect(card.problems).toEqual([])
    expect([looks.length, ...counts.values()]).toEqual([1, 1, 1, 1, 1, 1, 1, 1])
  })
  it('looks closer at the rows of a doubted field alone, and reads no other line again', async () => {
    const { engine, counts, looks } = engineOf(LINES, (text, time) => (text === NAME.text && time === 1 ? '梁伟' : text))
    const card = await readCard(pictureOf(LINES), engine, '2026-11-28')
    expect(card.fields.name!.value).toBe('梁伟旻')
    expect(counts.get(NAME.text)).toBe(2)
    expect([...counts].filter(([text, times]) => text !== NAME.text && times > 1)).toEqual([])
    expect(looks).toHaveLength(2)
    expect(looks[1]! / looks[0]!).toBeLessThan(0.25)
  })
  it('keeps the doubt where the closer look finds no more', async () => {
    const { engine } = engineOf(LINES, (text) => (text === NAME.text ? '梁伟' : text))
    const card = await readCard(pictureOf(LINES), engine, '2026-11-28')
    expect([card.fields.name!.value, card.fields.name!.weakest]).toEqual(['梁伟', 0])
  })
  it('counts a character once that a label\'s box holds as well', async () => {
    const placed = (text: string, left: number): { text: string; confidence: number; u: number; v: number }[] => [...text].map((one, n) => ({ text: one, confidence: 0.99, u: left + 36 * n, v: 101 }))
    expect(joined([placed('姓名梁', 75), placed('梁梁旻', 155)]).map((one) => one.text).join('')).toBe('姓名梁梁旻')
  })
  it('straightens the whole card where only its number was found, and reads the number once more at most', async () => {
    const { engine, counts } = engineOf([NUMBER])
    const card = await readCard(pictureOf(LINES), engine, '2026-11-28')
    expect(card.fields.id_number!.value).toBe(NUMBER.text)
    expect(card.fields.name!.value).toBe('梁伟旻')
    expect(counts.get(NUMBER.text)).toBe(1)
  })
})
