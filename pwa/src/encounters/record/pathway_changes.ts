// Which pathway was chosen in place of which, for the list of entries. The fold keeps the present header alone, so this
// reads the documents behind it. Pure.
import { entryOf } from '../fold'
import { correctedTimes } from '../folding/corrected_times'
import type { Document } from '../types'
import type { TimelineItem } from './timeline'

/** Later headers of an encounter as entries, oldest first; the first header is where it began, and no change. */
export function pathwayChanges(documents: readonly Document[]): TimelineItem[] {
  const changes = documents.filter((document) => document.kind === 'encounter' && document.supersedes)
  if (changes.length === 0) return []
  const retracted = new Set(documents.flatMap((document) => (document.kind === 'retraction' ? [document.body?.of] : [])))
  const times = correctedTimes([...documents])
  return changes
    .filter(({ _id }) => !retracted.has(_id)) // the fold lists what was retracted
    .map((document) => itemOf(document, entryOf(document, 'encounter', times.get(document._id)!, 0)))
}

function itemOf(document: Document, entry: TimelineItem['entry']): TimelineItem {
  const isStated = entry.basis === 'stated'
  return { id: document._id, kind: 'encounter', entry, data: document.body, isStated, isEstimated: false, isNewer: false, retraction: null }
}
