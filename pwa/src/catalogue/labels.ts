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

// Where the capitals of the id are not what crews say.
const SHORT: Record<string, Words> = {
  be_fast: same('BE-FAST'),
  burns_tbsa: { zh: '烧伤面积', en: 'Burn area' },
  cn_ed_triage_2018: { zh: '预检体征', en: 'ED triage signs' },
  efast: same('eFAST'),
  fast_ed: same('FAST-ED'),
  jumpstart: same('JumpSTART'),
  killip: same('Killip'),
  mrs: same('mRS'),
  pgcs: { zh: '儿童 GCS', en: 'Paediatric GCS' },
  shock_index: { zh: '休克指数', en: 'Shock index' },
  stemi_lysis: { zh: '溶栓筛查', en: 'Lysis screen' },
  stroke_ivt: { zh: '溶栓筛查', en: 'Lysis screen' },
  t_rts: same('T-RTS'),
}
function same(name: string): Words {
  return { zh: name, en: name }
}

/** How crews call a score: NIHSS, FAST-ED, GCS. A new one is called by its id. */
export function scoreShortName(id: string): string {
  const short = SHORT[id]
  return short ? labelOf(short) : id.toUpperCase().replaceAll('_', ' ')
}
