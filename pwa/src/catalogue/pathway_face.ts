// Cuts out of a pathway's definition what lists and boards show. Pure; the build runs it too (vite.config.ts).
import type { Words } from './types'

export interface PathwayFace {
  id: string
  order: number
  word: Words
  icon: string
  /** What the camera is for at first. */
  photo: string
  /** The node that the crew asks for, and what is said of the time that runs from it. */
  asked: string
  since: Words
}

interface PathwayFile {
  id: string
  order: number
  label: Words
  short?: Words
  icon: string
  photo?: string
  onset_timer: { from: [string, ...string[]]; label: Words }
}

/** The face of a definition (or of a face); null for what is neither. */
export function faceOf(definition: unknown): PathwayFace | null {
  if (typeof definition !== 'object' || definition === null) return null
  if ('asked' in definition) return definition as PathwayFace
  const file = definition as Partial<PathwayFile>
  const asked = file.onset_timer?.from[0]
  if (!file.id || !file.label || !file.onset_timer || !asked) return null
  return {
    id: file.id,
    order: file.order ?? Infinity,
    word: file.short ?? file.label,
    icon: file.icon ?? 'person',
    photo: file.photo ?? 'other',
    asked,
    since: file.onset_timer.label,
  }
}
