/** Writing what somebody said of two encounters, and which claim is used. Nothing is merged, and nothing is lost. */
import { shallowRef, watch, type Ref, type ShallowRef } from 'vue'
import { commit } from '../sync/databases'
import { HubUnreachable } from '../sync/hub'
import { mayWrite } from '../sync/session'
import type { StoredDocument } from '../sync/types'
import { EncounterUnknown, NotOnHub, openEncounter, readOnHub, record, type OpenEncounter } from '../encounters/store'
import { mailboxOf } from '../encounters/store/held'
import { makeDocument, writableMailbox } from '../encounters/store/write'
import type { Body, Document, Folded } from '../encounters/types'
import { choiceOf } from './claims'
import { newestLinks } from './rules'

export type Relation = 'same_patient' | 'mother_child' | 'same_event'

export interface LinkSaid {
  relation: string
  state: 'linked' | 'unlinked'
  reason?: string
  /** Of two records of one patient: the one that is written on. */
  continues_in?: string
}

/**
 * Say how two encounters are related. Where this device holds and may write both, it writes both, in one step where they
 * lie in one mailbox; else its own, and the hub repeats it on the other side. Both parts share the end of their ids, so
 * there is one of each, whoever was first.
 */
export async function sayRelated(own: Folded, other: string, said: LinkSaid): Promise<void> {
  const encounter = own.encounter
  if (encounter === null || encounter === other) throw new Error('an encounter is not linked to itself')
  const former = newestLinks(own).get(other)?.entry.id ?? null
  const mine = makeDocument(encounter, 'link', { encounter: other, ...said }, { supersedes: former })
  const theirs = counterpart(mine, encounter, other, former)
  const [here, there] = [await writableMailbox(encounter), await mailboxOf(other)]
  if (there !== null && here === there) await commit(here, [mine, theirs] as unknown as StoredDocument[])
  else {
    await commit(here, [mine] as unknown as StoredDocument[])
    if (there !== null && mayWrite(there)) await commit(there, [theirs] as unknown as StoredDocument[])
  }
}

function counterpart(mine: Document, encounter: string, other: string, former: string | null): Document {
  const there = (id: string): string => id.replace(`encounter:${encounter}:`, `encounter:${other}:`)
  const body: Body = { ...mine.body, encounter, of: mine._id }
  return { ...mine, _id: there(mine._id), supersedes: former === null ? null : there(former), body }
}

/** Use one of several standing claims. The others stay in the record, settled by the choice. */
export async function chooseClaim(open: OpenEncounter, id: string): Promise<void> {
  const chosen = open.documents.value.get(id)
  if (!chosen) throw new Error(`${id} is not on this device`)
  const { body, supersedes } = choiceOf(chosen, open.folded.value.patients)
  await record(open.encounter, 'patient', body, { supersedes })
}

export type OtherRecord =
  | { state: 'reading' }
  | { state: 'here' | 'hub'; folded: Folded }
  | { state: 'not_yours' }
  | { state: 'out_of_reach' }

/** Another encounter to look at: as this device holds it, else as the hub lets this person read it. */
export function useOtherRecord(encounter: Ref<string>): ShallowRef<OtherRecord> {
  const found = shallowRef<OtherRecord>({ state: 'reading' })
  watch(
    encounter,
    async (id, _, onCleanup) => {
      let isGone = false
      let stop: (() => void) | null = null
      onCleanup(() => {
        isGone = true
        stop?.()
      })
      found.value = { state: 'reading' }
      try {
        const open = await openEncounter(id)
        if (isGone) return open.close()
        const unwatch = watch(open.folded, (folded) => (found.value = { state: 'here', folded }), { immediate: true })
        stop = () => {
          unwatch()
          open.close()
        }
      } catch (error) {
        if (!(error instanceof EncounterUnknown)) throw error
        const read = await readElsewhere(id)
        if (!isGone) found.value = read
      }
    },
    { immediate: true },
  )
  return found
}

async function readElsewhere(encounter: string): Promise<OtherRecord> {
  try {
    return { state: 'hub', folded: await readOnHub(encounter) }
  } catch (error) {
    if (error instanceof NotOnHub) return { state: 'not_yours' }
    if (error instanceof HubUnreachable) return { state: 'out_of_reach' }
    throw error
  }
}
