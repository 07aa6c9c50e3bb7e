// What happens after the first screen stands: the courier, the parts it needs, and the service worker.
import { isShown } from '@/encounters/store/held'
import { isClosedEncounter, verifySummaries } from '@/encounters/store/summaries'
import { requestPersistence } from '@/device/storage'
import { startCourier } from '@/sync/courier'
import { openMailbox } from '@/sync/databases'
import { homeMailbox, onSession } from '@/sync/session'
import { tellOfEncounters } from '@/sync/upkeep'
import { registerServiceWorker } from './update'

/** PouchDB is loaded and the home mailbox opened before the first tap needs them. */
async function warmUp(): Promise<void> {
  const mailbox = homeMailbox()
  if (mailbox) await openMailbox(mailbox)
  await verifySummaries()
}

/** A phone that reads cards goes on reading them after an update of app or hub. */
async function keepReadingCards(): Promise<void> {
  await (await import('@/cards/models')).keepModelsCurrent()
}

const report = (what: string) => (error: unknown) => console.error(`start: ${what}`, error)

export function startBackground(): void {
  tellOfEncounters({ isShown, isClosed: isClosedEncounter })
  startCourier()
  warmUp().catch(report('warm up'))
  onSession((session) => {
    if (session) warmUp().catch(report('warm up'))
  })
  keepReadingCards().catch(report('card models'))
  requestPersistence().catch(report('storage'))
  import('@/wristbands/asking').then(({ startAskingAgain }) => startAskingAgain()).catch(report('wristbands'))
  registerServiceWorker().catch(report('service worker'))
}

