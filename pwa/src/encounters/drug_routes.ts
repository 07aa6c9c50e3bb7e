/** Routes of a drug: a code is stored, a word is shown. */
import { t } from '../language'

export const DRUG_ROUTES = [
  { id: 'iv', zh: '静注', en: 'IV' },
  { id: 'po', zh: '口服', en: 'Oral' },
  { id: 'im', zh: '肌注', en: 'IM' },
  { id: 'sl', zh: '舌下', en: 'Under tongue' },
  { id: 'neb', zh: '雾化', en: 'Nebulised' },
  { id: 'io', zh: '骨髓腔', en: 'IO' },
] as const

export function drugRouteWord(id: unknown): string {
  const found = DRUG_ROUTES.find((route) => route.id === id)
  return found ? t(found) : typeof id === 'string' ? id : ''
}
