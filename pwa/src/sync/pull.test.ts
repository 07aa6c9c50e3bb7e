import 'fake-indexeddb/auto'
import { watch } from 'vue'
import { beforeEach, describe, expect, it } from 'vitest'
import { onArrival } from './changes'
import { readIds } from './databases'
import type { FakeHub } from './fake_hub'
import { loadLedger } from './ledger'
import { firstPull, type Progress } from './progress'
import { pullTexts } from './pull'
import { emptyDevice, sessionOf, signInAs } from './testing'

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
    expect(seen).toEqual([0, 100, 200, 240].map((done) => ({ done, total: 240 })))
    expect(firstPull.value).toBeNull()
  })

  it('goes on where it was broken off, and fetches nothing twice', async () => {
    let fetched = 0
    hub.intercept = (path) => {
      if (path.endsWith('_bulk_get') && ++fetched === 2) throw new TypeError('Failed to fetch')
      return null
    }
    await expect(pullTexts(['unit_a101'])).rejects.toThrow('no answer')
    expect((await readIds('unit_a101')).length).toBe(100)
    hub.intercept = () => null
    hub.requests.length = 0
    await pullTexts(['unit_a101'])
    const asked = hub.requests.filter(({ path }) => path.endsWith('_bulk_get')).flatMap(({ body }) => (body as { docs: unknown[] }).docs)
    expect(asked.length).toBe(140)
    expect((await readIds('unit_a101')).length).toBe(240)
  })

  it('is no first pull the next time', async () => {
    await pullTexts(['unit_a101'])
    hub.requests.length = 0
    await pullTexts(['unit_a101'])
    expect(hub.requests.map(({ path }) => path)).toEqual(['/db/unit_a101/_changes'])
  })
})
