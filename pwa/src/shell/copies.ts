/** On how many devices and hubs a patient's record is known to be: this device, the hub by its answers, and who confirmed. */
import type { EncounterSummary } from '../encounters/store/summaries'

export interface Copies {
  /** Places that are known to hold what this device holds; the hub counts only when it has every entry. */
  known: number
  /** Entries and photographs that only this device has. */
  onlyHere: number
  /** The hub has something of it. */
  isOnHub: boolean
  /** Staff of the hospital who confirmed on a device of theirs, newest last. */
  confirmedBy: string[]
}

/** A copy in a quarantine is on the hub, but nobody else sees it: it is no place where the record is. */
export function copiesOf(row: EncounterSummary): Copies {
  const onlyHere = row.pending + row.pendingMedia + row.refused + row.quarantined
  const isOnHub = row.held > row.pending + row.refused + row.quarantined
  const confirmedBy = [...new Set(row.acknowledgements.flatMap(({ staff }) => (staff ? [staff] : [])))]
  const isWhole = onlyHere === 0
  // What was written after a confirmation may not be on the confirming device: then it is not counted.
  const confirmed = isWhole && row.newer === 0 ? confirmedBy.length : 0
  return { known: 1 + (isWhole ? 1 : 0) + confirmed, onlyHere, isOnHub, confirmedBy: confirmed ? confirmedBy : [] }
}
