/** A role as crews say it. */
import { t } from '../language'

const ROLES: Record<string, { zh: string; en: string }> = {
  paramedic: { zh: '急救员', en: 'paramedic' },
  nurse: { zh: '护士', en: 'nurse' },
  doctor: { zh: '医生', en: 'physician' },
  specialist: { zh: '专科', en: 'specialist' },
  commander: { zh: '指挥', en: 'commander' },
  quality: { zh: '质控', en: 'quality' },
  admin: { zh: '管理员', en: 'administrator' },
}

export function roleWord(role: string | null | undefined): string {
  const found = role ? ROLES[role] : undefined
  return found ? t(found) : ''
}
