/** What a stored or running result says: a number only where there is one, else a dash and why. */
import { t } from '../language'
import { words } from './words'

interface Result {
  status: string
  total?: number | null
  band?: string | null
  result?: unknown
  category?: unknown
  level?: unknown
  untestable_items?: unknown
}

const HIGHEST: Record<string, number> = { nihss: 42, fast_ed: 9, gcs: 15 }

/** Total and what stands beside it. */
export function scoreTotalWords(result: Result | null, id = ''): { total: string; beside: string } {
  if (!result) return { total: '—', beside: '' }
  if (typeof result.total === 'number') {
    const highest = HIGHEST[id]
    const untestable = Array.isArray(result.untestable_items) ? result.untestable_items.length : 0
    return { total: String(result.total), beside: untestable ? t(words.untestableCount, { n: untestable }) : highest ? `/${highest}` : '' }
  }
  const said = result.category ?? result.result ?? result.level
  if (typeof said === 'string' || typeof said === 'number') return { total: String(said), beside: '' }
  return { total: '—', beside: result.status === 'incomplete' ? t(words.incomplete) : t(words.notComputable) }
}
