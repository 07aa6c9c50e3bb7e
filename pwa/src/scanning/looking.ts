/** What a frame of the scanner means: which text counts, and the one sentence of advice. Pure. */
import type { FrameReading } from '../device/qr_reader'

export type Advice = 'aim' | 'unreadable' | 'dark' | 'several' | 'read'

/** Mean brightness (0 to 255) below which a camera's picture is mostly noise. */
const DARK = 28

/** Every 16th pixel is enough for a mean. */
export function brightnessOf(pixels: Uint8ClampedArray): number {
  let sum = 0
  let count = 0
  for (let at = 0; at < pixels.length; at += 64, count++) sum += 0.299 * pixels[at]! + 0.587 * pixels[at + 1]! + 0.114 * pixels[at + 2]!
  return count ? sum / count : 0
}

/** Two different codes in one picture may be two patients: neither is taken. */
export function judge(reading: FrameReading, brightness: number): { advice: Advice; text: string | null } {
  const texts = new Set(reading.codes.map((code) => code.text))
  if (texts.size > 1) return { advice: 'several', text: null }
  const [text = null] = texts
  if (text !== null) return { advice: 'read', text }
  if (reading.isSeen) return { advice: 'unreadable', text: null }
  return { advice: brightness < DARK ? 'dark' : 'aim', text: null }
}
