import type { IconName } from '../design/icons'

const ICONS: Record<string, IconName> = { stroke: 'brain', chest_pain: 'heart', trauma: 'plaster' }

/** The icon of a pathway: an object, never a severity shape. */
export function pathwayIcon(pathway: string | null): IconName {
  return ICONS[pathway ?? ''] ?? 'person'
}
