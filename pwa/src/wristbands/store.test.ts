import 'fake-indexeddb/auto'
import { describe, expect, it } from 'vitest'
import { startWalkIn } from '@/board/store'
import { openMailbox, readIds } from '@/sync/databases'
import { handleOf } from '@/sync/handle'
import { loadLedger } from '@/sync/ledger'
import { emptyDevice, sessionOf, signInAs } from '@/sync/testing'
import { makeCode } from './code'
import { beginWith } from './store'

/** The device dies after so many writes: what comes later never happens. */
async function dieAfter(writes: number, mailbox: string): Promise<void> {
  await handleOf(mailbox).use(async (raw) => {
    const write = raw.bulkDocs.bind(raw)
    let done = 0
    raw.bulkDocs = (documents, options) => (++done > writes ? Promise.reject(new Error('the phone is dead')) : write(documents, options))
  })
}
const kindsIn = async (mailbox: string) => (await readIds(mailbox)).map((id) => id.split(':')[2]).sort()

describe('a record that begins with what a person did', () => {
  const code = makeCode()
  async function deviceOf(mailbox: string): Promise<void> {
    const hub = await emptyDevice()
    hub.isCut = true
    await signInAs(hub, sessionOf('li', [mailbox]))
    await loadLedger()
    await openMailbox(mailbox)
  }

  it('has its wristband after one write, on a crew’s phone', async () => {
    await deviceOf('unit_a101')
    await dieAfter(1, 'unit_a101')
    await beginWith(code, '2026-11-21T09:00:00.000Z')
    expect(await kindsIn('unit_a101')).toEqual(['encounter', 'wristband'])
  })

  it('has its wristband and the door after one write, on a hospital’s tablet', async () => {
    await deviceOf('site_county')
    await dieAfter(1, 'site_county')
    await beginWith(code, '2026-11-21T09:00:00.000Z')
    expect(await kindsIn('site_county')).toEqual(['encounter', 'time_node', 'wristband'])
  })

  it('has the door after one write when a patient came on foot', async () => {
    await deviceOf('site_county')
    await dieAfter(1, 'site_county')
    await startWalkIn('stroke')
    expect(await kindsIn('site_county')).toEqual(['encounter', 'time_node'])
  })

  it('does not begin at all when that write fails', async () => {
    await deviceOf('site_county')
    await dieAfter(0, 'site_county')
    await expect(beginWith(code, '2026-11-21T09:00:00.000Z')).rejects.toThrow('dead')
    expect(await kindsIn('site_county')).toEqual([])
  })
})
