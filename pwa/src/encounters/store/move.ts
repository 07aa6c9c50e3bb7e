// Moving an entry that was made on the wrong patient.
import { commit } from '@/sync/databases'
import type { StoredDocument } from '@/sync/types'
import { copyRenditions } from '@/media/store'
import { documentOf, makeDocument, writableMailbox } from './write'

/**
 * Move an entry: a copy in the right encounter, a retraction in the wrong one, in one step where both lie in one
 * mailbox. Time, basis, clock reading and device stay those of the entry; who moved it is its author.
 */
export async function moveEntry(from: string, id: string, to: string): Promise<string> {
  const wrong = await documentOf(from, id)
  const copy = makeDocument(to, wrong.kind, { ...wrong.body, moved_from: id })
  copy.occurred_at = wrong.occurred_at
  copy.time_basis = wrong.time_basis
  copy.clock = wrong.clock
  copy.recorded_at = wrong.recorded_at
  copy.device = wrong.device
  if (wrong.kind === 'media') await copyRenditions(from, id, to, copy._id)
  const retraction = makeDocument(from, 'retraction', { of: id, reason: 'wrong_patient', moved_to: to })
  const [source, target] = [await writableMailbox(from), await writableMailbox(to)]
  if (source === target) await commit(source, [copy, retraction] as unknown as StoredDocument[])
  else {
    await commit(target, [copy] as unknown as StoredDocument[]) // the copy first: a crash in between doubles, never loses
    await commit(source, [retraction] as unknown as StoredDocument[])
  }
  return copy._id
}
