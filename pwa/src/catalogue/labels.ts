/** Labels of the catalogue as a screen shows them: the chosen language, Chinese with Chinese punctuation. */
import { language } from '../language'
import type { Words } from './types'

const FULL_WIDTH: Record<string, string> = { ',': '，', ';': '；', ':': '：', '(': '（', ')': '）', '?': '？' }

export function labelOf(words: Words): string {
  if (language.value === 'en') return words.en.charAt(0).toUpperCase() + words.en.slice(1)
  // Numbers keep their own comma and colon ("4:30"); everything else is Chinese prose.
  return words.zh.replace(/(?<!\d)[,;:()?]|[,;:()?](?!\d)/g, (mark) => FULL_WIDTH[mark] ?? mark).replaceAll('“', '“')
}

/** A label parted into the thing and its explanation in brackets: "意识水平提问（月份、年龄）". */
export function partsOf(words: Words): { title: string; hint: string } {
  const whole = labelOf(words)
  const parts = whole.match(/^(.+?)\s*[（(]([^（()）]+)[)）]$/)
  return parts?.[1] && parts[2] ? { title: parts[1], hint: parts[2] } : { title: whole, hint: '' }
}

const SHORT: Record<string, string> = { fast_ed: 'FAST-ED', be_fast: 'BE-FAST', t_rts: 'T-RTS', shock_index: 'SI' }
/** How crews call a score: NIHSS, FAST-ED, GCS. */
export function scoreShortName(id: string): string {
  return SHORT[id] ?? id.toUpperCase()
}
