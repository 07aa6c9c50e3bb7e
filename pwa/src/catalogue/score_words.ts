/** What a stored or running result says: a number only where there is one, else a dash or the finding, and why. */
import { t } from '../language'
import { definitionAtHand } from './at_hand'
import { labelOf } from './labels'
import type { Inputs } from './types'
import { words } from './words'

interface Result {
  status: string
  total?: number | null
  band?: string | null
  result?: unknown
  category?: unknown
  level?: unknown
  untestable_items?: unknown
  triggered?: unknown
}

const HIGHEST: Record<string, number> = { nihss: 42, fast_ed: 9, gcs: 15, iss: 75, niss: 75, aspects: 10 }
const UNITS: Record<string, string> = { burns_tbsa: '%' }

/** Total and what stands beside it. With the answers, a coma scale without a total shows its components. */
export function scoreTotalWords(result: Result | null, id = '', inputs: Inputs = {}): { total: string; beside: string } {
  if (!result) return { total: '—', beside: '' }
  if (typeof result.total === 'number') {
    const untestable = Array.isArray(result.untestable_items) ? result.untestable_items.length : 0
    const beside = UNITS[id] ?? (HIGHEST[id] ? `/${HIGHEST[id]}` : '')
    return { total: String(result.total), beside: untestable ? t(words.untestableCount, { n: untestable }) : beside }
  }
  const finding = findingOf(result, id)
  if (finding) return { total: finding, beside: '' }
  if (result.status === 'incomplete') return { total: '—', beside: t(words.incomplete) }
  return { total: '—', beside: componentsOf(inputs) || t(words.notComputable) }
}

const FINDINGS = {
  no_exclusion_found: words.noExclusion,
  absolute_exclusion: words.absoluteFound,
  relative_caution: words.relativeFound,
  not_indicated: words.notIndicated,
} as const

/** The category, result or level in words; the catalogue's label where these are not said shorter. */
function findingOf(result: Result, id: string): string | null {
  const said = result.category ?? result.result ?? result.level
  if (typeof said !== 'string' && typeof said !== 'number') return null
  const short = FINDINGS[said as keyof typeof FINDINGS]
  if (short) return t(short, { n: Array.isArray(result.triggered) ? result.triggered.length : 0 })
  const definition = id ? definitionAtHand(id) : null
  const label = definition?.categories?.[said] ?? definition?.results?.[said] ?? definition?.levels?.[said]?.label
  return label ? (labelOf(label).split(/[（(]/)[0]?.trim() ?? '') : String(said)
}

/** "E2 VNT M4": what is known of a coma scale that has no total. */
export function componentsOf(inputs: Inputs): string {
  const parts = [['E', inputs.eye], ['V', inputs.verbal], ['M', inputs.motor]] as const
  return parts.every(([, value]) => value !== undefined && value !== null) ? parts.map(([letter, value]) => `${letter}${String(value)}`).join(' ') : ''
}
