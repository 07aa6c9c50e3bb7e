// What remains to be done when documents have left this device: the same after a switch and after a crash behind it.
import { announceDropped } from './changes'
import type { Journal } from './generations'
import { forgetRows } from './ledger'
import { forgetStubs } from './renditions'

/** Clean up behind a switch of generations. What was left out only for want of room stays known as being on the hub. */
export async function cleanUp(_name: string, journal: Journal): Promise<void> {
  if (!journal.isRelease) return
  await forgetRows(journal.dropped)
  await forgetStubs(journal.dropped)
  announceDropped(journal.dropped)
}
