/** What the page and the reading worker say to each other. */
import type { FieldName } from './card_types'
import type { CardProblem } from './read'

export interface FoundField {
  value: string
  /** The least certain character. */
  weakest: number
  /** For a value that is shown as printed: places of the characters that are doubtful. */
  doubtful: number[]
}

export interface CardReading {
  side: 'front' | 'back' | null
  fields: Partial<Record<FieldName, FoundField>>
  problems: CardProblem[]
  /** What the photograph shows of each field. */
  cutOuts: Partial<Record<FieldName, ImageData>>
  widthPx: number
  milliseconds: number
}

export type Order =
  | { kind: 'open'; runtimeScript: string; files: { runtime: string; detection: string; reading: string }; threads: number }
  | { kind: 'read'; id: number; picture: Blob | ImageBitmap; today: string }
export type Report =
  | { kind: 'opened'; milliseconds: number }
  | { kind: 'not_opened'; reason: string }
  | { kind: 'read'; id: number; reading: CardReading }
  | { kind: 'unreadable'; id: number; problem: PictureProblem }
  | { kind: 'failed'; id: number; reason: string }
export type PictureProblem = 'not_a_picture' | 'too_small' | 'too_large'
