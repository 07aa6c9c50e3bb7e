// Which four rows the wall shows now. Pure; the turn is counted from the clock.
import type { Row } from './row'

const ROWS = 4

export interface WallPage {
  rows: Row[]
  number: number
  of: number
}

/** Level 1 and unanswered rows stay on every page (at most three), the others take turns; the order stays the board's. */
export function wallPage(rows: readonly Row[], turn: number): WallPage {
  if (rows.length <= ROWS) return { rows: [...rows], number: 1, of: 1 }
  const staying = rows.filter((row) => row.level === 1 || row.answer.state === 'waiting').slice(0, ROWS - 1)
  const turning = rows.filter((row) => !staying.includes(row))
  const places = ROWS - staying.length
  const pages = Math.ceil(turning.length / places)
  const page = ((turn % pages) + pages) % pages
  const shown = new Set([...staying, ...turning.slice(page * places, (page + 1) * places)])
  return { rows: rows.filter((row) => shown.has(row)), number: page + 1, of: pages }
}
