/** ZXing as this app uses it: which symbols are read, and what of its answer counts. */
import { prepareZXingModule, readBarcodes, type ReaderOptions, type ReadResult, type ZXingModuleOverrides } from 'zxing-wasm/reader'
import type { FoundCode, FrameReading } from './qr_reader'

/**
 * QR for our own wristbands and badges; DataMatrix and Code 128 because other hospitals' wristbands carry them, and then we
 * can say what they say. Codes without a check (Code 39, ITF, Codabar) are left out: they read numbers out of cloth.
 */
const OPTIONS: ReaderOptions = { formats: ['QRCode', 'DataMatrix', 'Code128'], tryHarder: true, tryInvert: true, maxNumberOfSymbols: 4, returnErrors: true }

export async function openDecoder(overrides: ZXingModuleOverrides): Promise<void> {
  await prepareZXingModule({ overrides, fireImmediately: true })
}

export async function decodeFrame(frame: ImageData): Promise<FrameReading> {
  const found = await readBarcodes(frame, OPTIONS)
  const codes = found.filter((one) => one.isValid && one.text !== '').map((one) => codeOf(one, frame))
  return { codes, isSeen: codes.length === 0 && found.length > 0 }
}

function codeOf(one: ReadResult, frame: ImageData): FoundCode {
  const corners = [one.position.topLeft, one.position.topRight, one.position.bottomRight, one.position.bottomLeft]
  const mean = (side: 'x' | 'y'): number => corners.reduce((sum, corner) => sum + corner[side], 0) / 4
  return { text: one.text, format: one.format, x: mean('x') / frame.width, y: mean('y') / frame.height }
}
