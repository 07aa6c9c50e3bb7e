// What screens use of encounters: the list, one opened encounter, and writing. Everything answers from this device.
export { addMedia, addPhoto, photoUrl, type MediaToAdd, type PhotoToAdd } from '@/media/store'
export { EncounterUnknown, openEncounter, type OpenEncounter } from './store/held'
export { moveEntry } from './store/move'
export { NotOnHub, readOnHub } from './store/on_hub'
export { areSettled, summaries, type EncounterSummary, type Summary } from './store/summaries'
export {
  changePathway,
  closeEncounter,
  correct,
  MayNotRecord,
  newEncounter,
  record,
  recordAll,
  reopenEncounter,
  retract,
  type Fact,
  type NewEncounter,
  type RecordOptions,
} from './store/write'
export type { DeliveryState } from '@/sync/types'
