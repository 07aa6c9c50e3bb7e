// A pathway's word, icon and onset, for lists and boards that must not wait for the whole catalogue: a few hundred bytes of
// the bundled files, and what the site added or replaced. A pathway that this device does not know is called "other".
import { computed } from 'vue'
import bundled from 'virtual:pathway-faces'
import { icons, type IconName } from '../design/icons'
import { siteCatalogue } from '../sync/roster'
import { faceOf, type PathwayFace } from './pathway_face'
import type { Words } from './types'

export type { PathwayFace } from './pathway_face'

const OTHER: PathwayFace = { id: 'general', order: Infinity, word: { zh: '其他', en: 'Other' }, icon: 'person', photo: 'other', asked: 'onset', since: { zh: '距发病', en: 'Since onset' } }

const faces = computed(() => {
  const own = ((siteCatalogue()?.definitions ?? []) as { folder?: unknown; definition?: unknown }[])
    .filter((one) => one.folder === 'pathways')
    .map((one) => one.definition)
  const found = new Map<string, PathwayFace>()
  for (const definition of [...bundled, ...own]) {
    const face = faceOf(definition)
    if (face) found.set(face.id, face)
  }
  return found
})

/** All pathways, in the catalogue's order. */
export const pathwayFaces = computed(() => [...faces.value.values()].sort((a, b) => a.order - b.order))

export function pathwayFace(id: string | null | undefined): PathwayFace {
  return faces.value.get(id ?? '') ?? faces.value.get('general') ?? OTHER
}

/** The word for a pathway on boards and lists. */
export const pathwayWord = (id: string | null | undefined): Words => pathwayFace(id).word

/** The icon of a pathway: an object, never a severity shape. */
export function pathwayIcon(id: string | null | undefined): IconName {
  const { icon } = pathwayFace(id)
  return icon in icons ? (icon as IconName) : 'person'
}
