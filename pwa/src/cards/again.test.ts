import { describe, expect, it } from 'vitest'
import { readAgain, vote } from './again'
import { layOut } from './page'
import { textOf, type Engine, type Quad, type Reading } from './readings'

const read = (text: string, ...confidence: number[]): Reading => [...text].map((one, n) => ({ text: one, confidence: confidence[n] ?? 0.9, at: (n + 0.5) / text.length }))
const weakest = (reading: Reading) => Math.min(...reading.map((one) => one.confidence))

describe('two readings of a line', () => {
  it('are surer together where they agree, but not certain', () => {
    expect(vote([read('汉', 0.6), read('汉', 0.7)])[0]!.confidence).toBeCloseTo(0.88)
    expect(vote([read('汉', 0.85), read('汉', 0.85)])[0]!.confidence).toBe(0.9)
    expect(vote([read('汉', 0.98), read('汉', 0.5)])[0]!.confidence).toBe(0.98)
  })
  it('give the surer character where they differ, and doubt', () => {
    const one = vote([read('5烟196号', 0.9, 0.5), read('5组196号', 0.9, 0.8)])
    expect(textOf(one)).toBe('5组196号')
    expect(weakest(one)).toBeLessThan(0.55)
  })
  it('keep a character that one of them lost, in doubt where it was weak', () => {
    const one = vote([read('文昌东101号'), read('文昌东路101号', 0.9, 0.9, 0.9, 0.6)])
    expect(textOf(one)).toBe('文昌东路101号')
    expect(weakest(one)).toBeLessThan(0.45)
  })
  it('are one where the other is empty', () => {
    expect(vote([[], read('男')])).toEqual(read('男'))
    expect(vote([[], []])).toEqual([])
  })
})

describe('doubtful lines', () => {
  const quad = (v: number): Quad => [[170, v], [600, v], [600, v + 44], [170, v + 44]]
  const asked: (string | undefined)[] = []
  const engine: Engine = {
    findBoxes: async () => [],
    readStrips: async (strips, alphabet) => {
      asked.push(alphabet?.slice(0, 3))
      return strips.map(() => read('北京市', 0.95, 0.95, 0.95))
    },
  }
  const page = (...lines: [number, Reading][]) =>
    layOut({ width: 64, height: 64, data: new Uint8ClampedArray(64 * 64 * 4) }, [1, 0, 0, 0, 1, 0, 0, 0, 1], lines.map(([v, reading]) => ({ quad: quad(v), reading })), engine)

  it('alone are read again; those of an address from everyday characters, and rare ones have no vote there', async () => {
    const found = await readAgain(page([80, read('张三', 0.99, 0.99)], [310, read('北亰市', 0.9, 0.9, 0.9)]), [290, 500])
    expect(found.lines.map((line) => textOf(line.reading))).toEqual(['张三', '北京市'])
    expect(asked).toEqual(['012'])
  })
})
