import 'fake-indexeddb/auto'
import { watch } from 'vue'
import { beforeEach, describe, expect, it } from 'vitest'
import { onArrival } from './changes'
import { openMailbox, readIds } from './databases'
import type { FakeHub } from './fake_hub'
import { deliveryOf, loadLedger } from './ledger'
import { fetching, firstPull, type Progress } from './progress'
import { pullTexts } from './pull'
import { emptyDevice, sessionOf, signInAs } from './testing'
import type { StoredDocument } from './types'

const note = (encounter: string, n: number) => ({ _id: `encounter:${encounter}:note:${String(n).padStart(4, '0')}`, kind: 'note', body: {} })

describe('the first pull of a new device', () => {
  let hub: FakeHub
  beforeEach(async () => {
    hub = await emptyDevice()
    await signInAs(hub, sessionOf('li', ['unit_a101']))
    await loadLedger()
    for (const encounter of ['A', 'B', 'C']) for (let n = 0; n < 80; n += 1) hub.put('unit_a101', note(encounter, n))
  })

  it('brings the newest encounters first, and says how far it is', async () => {
    const arrived: string[] = []
    const seen: Progress[] = []
    const stops = [
      onArrival((arrival) => arrived.push(...arrival.ids)),
      watch(firstPull, (progress) => progress && seen.push(progress), { flush: 'sync' }),
    ]
    await pullTexts(['unit_a101'])
    stops.forEach((stop) => stop())
    expect(arrived.slice(0, 80).every((id) => id.startsWith('encounter:C'))).toBe(true)
    expect(arrived.length).toBe(240)
    expect(seen).toEqual([0, 80, 160, 240].map((done) => ({ done, total: 240 })))
    expect(firstPull.value).toBeNull()
  })

  it('announces whole encounters only: an alert never without the answer or the closure that lies behind it', async () => {
    for (let n = 80; n < 130; n += 1) hub.put('unit_a101', note('B', n)) // the later half of B, behind all others
    const seen: string[][] = []
    const stop = onArrival((arrival) => seen.push(arrival.ids.map((id) => id.split(':')[1]!)))
    await pullTexts(['unit_a101'])
    stop()
    const together = seen.filter((encounters) => encounters.includes('B'))
    expect(together.map((encounters) => encounters.filter((one) => one === 'B').length)).toEqual([130])
  })

  it('says of which mailboxes only a part is here, until they are whole or the pull broke off', async () => {
    const during: string[][] = []
    hub.intercept = (path) => {
      if (!path.endsWith('_bulk_get')) return null
      during.push([...fetching.value])
      if (during.length === 2) throw new TypeError('Failed to fetch')
      return null
    }
    await expect(pullTexts(['unit_a101', 'site_county'])).rejects.toThrow('no answer')
    expect(during).toEqual([['unit_a101'], ['unit_a101']])
    expect(fetching.value.size).toBe(0) // what is here is whole encounters: without a hub, screens go by them
    await pullTexts(['unit_a101', 'site_county'])
    expect(during.slice(2).every((names) => names.join() === 'unit_a101')).toBe(true)
    expect([fetching.value.size, firstPull.value]).toEqual([0, null])
  })

  it('goes on where it was broken off, and fetches nothing twice', async () => {
    let fetched = 0
    hub.intercept = (path) => {
      if (path.endsWith('_bulk_get') && ++fetched === 2) throw new TypeError('Failed to fetch')
      return null
    }
    await expect(pullTexts(['unit_a101'])).rejects.toThrow('no answer')
    expect((await readIds('unit_a101')).length).toBe(80)
    hub.intercept = () => null
    hub.requests.length = 0
    await pullTexts(['unit_a101'])
    const asked = hub.requests.filter(({ path }) => path.endsWith('_bulk_get')).flatMap(({ body }) => (body as { docs: unknown[] }).docs)
    expect(asked.length).toBe(160)
    expect((await readIds('unit_a101')).length).toBe(240)
  })

  it('is no first pull the next time', async () => {
    await pullTexts(['unit_a101'])
    hub.requests.length = 0
    await pullTexts(['unit_a101'])
    expect(hub.requests.map(({ path }) => path)).toEqual(['/db/unit_a101/_changes'])
  })
})

describe('a nudge', () => {
  let hub: FakeHub
  const pathsAfterNudge = async (mailbox: string, document: StoredDocument) => {
    await pullTexts([mailbox])
    hub.put(mailbox, document)
    hub.requests.length = 0
    await pullTexts([mailbox], true)
    return hub.requests.map(({ path }) => path)
  }
  beforeEach(async () => {
    hub = await emptyDevice()
    await signInAs(hub, sessionOf('wang', ['site_county', 'unit_a101']))
    await loadLedger()
    for (const mailbox of ['site_county', 'unit_a101']) hub.put(mailbox, note('A', 0))
  })

  it('brings a hospital its documents in one request, with a history that can be replicated on', async () => {
    expect(await pathsAfterNudge('site_county', note('A', 1))).toEqual(['/db/site_county/_changes'])
    const kept = await (await openMailbox('site_county')).get(note('A', 1)._id, { revs: true })
    expect(kept).toMatchObject({ _rev: '1-abc', _revisions: { start: 1, ids: ['abc'] }, kind: 'note' })
    expect(deliveryOf(note('A', 1)._id)).toBe('hub')
  })

  it('fetches what has a longer history, since the feed does not tell it', async () => {
    const paths = await pathsAfterNudge('site_county', { _id: 'release:A', _rev: '2-def', body: { state: 'withdrawn' } })
    expect(paths).toEqual(['/db/site_county/_changes', '/db/site_county/_bulk_get'])
  })

  it('brings a crew ids only, since most of what they are nudged for is their own', async () => {
    expect(await pathsAfterNudge('unit_a101', note('A', 1))).toEqual(['/db/unit_a101/_changes', '/db/unit_a101/_bulk_get'])
  })
})
