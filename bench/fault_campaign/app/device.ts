// The app's own courier, databases and ledger, with the campaign's pen instead of screens.
import { startCourier, poke } from '@/sync/courier'
import { commit, knownMailboxes, readIds, readRange } from '@/sync/databases'
import { deliveryOf, loadLedger, refusals } from '@/sync/ledger'
import { mustSignInAgain, restoreSession, session, signIn } from '@/sync/session'
import type { Lane, StoredDocument } from '@/sync/types'

/** What app_device.py asks of this page. */
const device = {
  async start(username: string, password: string, name: string): Promise<{ staff: string; device: string } | string> {
    await restoreSession()
    await loadLedger()
    if (!session.value || mustSignInAgain.value) {
      const signedIn = await signIn(username, password, name)
      if (signedIn.outcome !== 'ok') return signedIn.outcome
    }
    startCourier()
    return { staff: session.value!.staff.id, device: session.value!.device.id }
  },

  /** Written is what the local database has: resolves when it is durable here. */
  async write(mailbox: string, documents: StoredDocument[], lane: Lane): Promise<void> {
    await commit(mailbox, documents, lane)
    poke('written')
  },

  pull: () => poke('pull'),
  mustSignInAgain: () => mustSignInAgain.value,

  /** Of these documents, those that the ledger says are on the hub. */
  delivered: (ids: string[]) => ids.filter((id) => deliveryOf(id) === 'hub'),
  refused: () => refusals.value.filter(({ state }) => state === 'refused').map(({ id, reason }) => `${id}: ${reason}`),

  async held(): Promise<Record<string, string[]>> {
    const found: Record<string, string[]> = {}
    for (const name of await knownMailboxes()) found[name] = await readIds(name)
    return found
  },
  texts: (mailbox: string) => readRange(mailbox, 'encounter:', 'encounter:\ufff0'),
  aside: () => refusals.value.map(({ id, state, reason }) => `${id} ${state} ${reason}`),
}

export type DevicePage = typeof device

Object.assign(globalThis, { device })
