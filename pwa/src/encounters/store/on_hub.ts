// An encounter that this device does not hold, as the hub has it: to look at, never kept here. The hub logs the reading.
import { HubUnreachable, hubAddress, reasonOf } from '@/sync/hub'
import { askSigned, session } from '@/sync/session'
import { parseDocumentId } from '../fold'
import type { Folded } from '../types'

/** The hub answers, but not with the record; the message is its reason, for a person to read. */
export class NotOnHub extends Error {
  override name = 'NotOnHub'
}

/** The folded record. Rejects with NotOnHub (unknown there, not yours), or HubUnreachable. */
export async function readOnHub(encounter: string): Promise<Folded> {
  const answer = await askSigned<Folded>(`/api/encounters/${encodeURIComponent(encounter)}`, { expectBytes: 100_000 })
  if (!answer.ok) throw new NotOnHub(reasonOf(answer))
  return answer.body
}

/** The bytes of a photograph's rendition. Rejects with HubUnreachable when they cannot be had now. */
export async function readPictureOnHub(encounter: string, renditionId: string): Promise<Blob> {
  const last = parseDocumentId(renditionId)?.document ?? ''
  const path = `/api/encounters/${encodeURIComponent(encounter)}/media/${encodeURIComponent(last)}`
  const headers = { Authorization: `Bearer ${session.value?.token ?? ''}` }
  try {
    const response = await fetch(hubAddress(path), { headers, cache: 'no-store', credentials: 'omit' })
    if (response.ok) return await response.blob()
    throw new HubUnreachable(`${renditionId}: the hub answered ${response.status}`)
  } catch (error) {
    if (error instanceof HubUnreachable) throw error
    throw new HubUnreachable(`${renditionId}: no answer`, { cause: error })
  }
}
