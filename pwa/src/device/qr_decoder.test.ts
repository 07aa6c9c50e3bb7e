import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import qrcode from 'qrcode-generator'
import { beforeAll, expect, test } from 'vitest'
import { decodeFrame, openDecoder } from './qr_decoder'

const program = readFileSync(createRequire(import.meta.url).resolve('zxing-wasm/reader/zxing_reader.wasm'))
beforeAll(() => openDecoder({ wasmBinary: new Uint8Array(program).buffer }))

/** White paper with codes on it, each `[text, left, top, pixels a module]`. */
function paper(size: number, ...codes: [string, number, number, number][]): ImageData {
  const data = new Uint8ClampedArray(size * size * 4).fill(255)
  for (const [text, left, top, scale] of codes) {
    const code = qrcode(0, 'M')
    code.addData(text)
    code.make()
    const pixels = code.getModuleCount() * scale
    for (let y = 0; y < pixels; y++)
      for (let x = 0; x < pixels; x++)
        if (code.isDark(Math.floor(y / scale), Math.floor(x / scale))) data.fill(0, ((top + y) * size + left + x) * 4, ((top + y) * size + left + x) * 4 + 3)
  }
  return { data, width: size, height: size, colorSpace: 'srgb' } as ImageData
}
/** The data blackened, between the three corners that a code is found by. */
function spoil(frame: ImageData, from: number, to: number): ImageData {
  for (let y = from; y < to; y++) for (let x = from; x < to; x++) frame.data.fill(0, (y * frame.width + x) * 4, (y * frame.width + x) * 4 + 3)
  return frame
}

test('a code in the frame is read, with its place', async () => {
  const { codes, isSeen } = await decodeFrame(paper(400, ['GLW10123456789ABX', 100, 200, 4]))
  expect(codes.map((code) => code.text)).toEqual(['GLW10123456789ABX'])
  expect(codes[0]!.x).toBeCloseTo((100 + 21 * 2) / 400, 1)
  expect(codes[0]!.y).toBeGreaterThan(0.5)
  expect(isSeen).toBe(false)
})
test('all codes of one frame are told, so that nobody picks one of two patients', async () => {
  const { codes } = await decodeFrame(paper(500, ['first', 30, 30, 5], ['second', 300, 300, 5]))
  expect(codes.map((code) => code.text).sort()).toEqual(['first', 'second'])
})
test('Chinese in a code of another system is read as UTF-8', async () => {
  const bytes = String.fromCharCode(...new TextEncoder().encode('县医院 床号 12'))
  const { codes } = await decodeFrame(paper(400, [bytes, 60, 60, 6]))
  expect(codes.map((code) => code.text)).toEqual(['县医院 床号 12'])
})
test('a code that cannot be read is seen, and gives no text', async () => {
  const frame = spoil(paper(400, ['GLW10123456789ABX', 100, 100, 8]), 172, 240)
  expect(await decodeFrame(frame)).toEqual({ codes: [], isSeen: true })
})
test('an empty frame has no code', async () => {
  expect(await decodeFrame(paper(300))).toEqual({ codes: [], isSeen: false })
})
