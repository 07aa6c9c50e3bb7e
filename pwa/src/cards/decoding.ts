/** From the reading model's chart (a row of chances for each step along the strip) to text: best path of CTC. */
import type { Character, Reading } from './readings'

/** Which columns of the chart stand for which characters; column 0 is CTC's "nothing". */
export interface Columns {
  indices: Int32Array
  names: readonly string[]
}

/** All characters of the model: those of its list, and a space at the end. */
export function allColumns(listed: readonly string[]): Columns {
  const names = ['', ...listed, ' ']
  return { indices: Int32Array.from(names.keys()), names }
}

/** Only the characters of an alphabet. */
export function columnsOf(all: Columns, alphabet: string): Columns {
  const wanted = new Set(alphabet)
  const kept = [...all.indices].filter((index) => index === 0 || wanted.has(all.names[index]!))
  return { indices: Int32Array.from(kept), names: kept.map((index) => all.names[index]!) }
}

/**
 * Characters that look alike in print, each under the one that a card means: a number's last place is printed X and no other
 * of these, so what the model gives to x and × is chance of X.
 */
const ALIKE: readonly (readonly [string, string])[] = [['X', 'x'], ['X', '×']]

/** Give each look-alike's chance to the character that it stands for; pairs of columns from the whole list. */
export function alikeColumns(all: Columns): [number, number][] {
  return ALIKE.map(([meant, alike]): [number, number] => [all.names.indexOf(meant), all.names.indexOf(alike)]).filter(([to, from]) => to > 0 && from > 0)
}

export function foldAlike(chart: Float32Array, steps: number, size: number, pairs: readonly [number, number][]): void {
  for (let row = 0; row < steps * size; row += size) {
    for (const [to, from] of pairs) {
      chart[row + to]! += chart[row + from]!
      chart[row + from] = 0
    }
  }
}

/** `chart` holds `steps` rows of `size` chances; `share` is the part of the width that is strip, not padding. */
export function decode(chart: Float32Array, steps: number, size: number, columns: Columns, share = 1): Reading {
  const characters: Character[] = []
  let [open, from, chance] = [0, 0, 0]
  const close = (to: number) => {
    if (open) characters.push({ text: columns.names[open]!, confidence: chance, at: (from + to) / 2 / steps / share })
  }
  for (let step = 0; step < steps; step++) {
    let [best, most] = [0, -1]
    for (let n = 0; n < columns.indices.length; n++) {
      const value = chart[step * size + columns.indices[n]!]!
      if (value > most) [best, most] = [n, value]
    }
    if (best === open) {
      chance = Math.max(chance, most)
      continue
    }
    close(step)
    ;[open, from, chance] = [best, step, most]
  }
  close(steps)
  return characters
}

/** The list of characters that a model of this family carries in its notes (ONNX: ModelProto.metadata_props, field 14). */
export function charactersOf(model: Uint8Array): string[] {
  for (const [field, entry] of fieldsOf(model)) {
    if (field !== 14) continue
    const parts = new Map([...fieldsOf(entry)].map(([part, bytes]) => [part, new TextDecoder().decode(bytes)]))
    if (parts.get(1) === 'character') return parts.get(2)!.split(/\r?\n/)
  }
  throw new Error('the model names no characters')
}

/** The length-delimited fields of a protobuf message. */
function* fieldsOf(bytes: Uint8Array): Generator<[number, Uint8Array]> {
  let at = 0
  const varint = () => {
    let [value, scale] = [0, 1]
    for (;;) {
      const byte = bytes[at++]!
      value += (byte & 0x7f) * scale
      if (byte < 0x80) return value
      scale *= 128
    }
  }
  while (at < bytes.length) {
    const tag = varint()
    const kind = tag & 7
    if (kind === 0) varint()
    else if (kind === 1) at += 8
    else if (kind === 5) at += 4
    else if (kind === 2) {
      const length = varint()
      yield [Math.floor(tag / 8), bytes.subarray(at, at + length)]
      at += length
    } else throw new Error(`not a protobuf message: field of kind ${kind}`)
  }
}
