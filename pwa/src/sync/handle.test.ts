import 'fake-indexeddb/auto'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { isStorageFull, storageState } from '@/device/storage'
import { commit, openMailbox, readIds } from './databases'
import { handleOf } from './handle'
import { loadLedger } from './ledger'
import { emptyDevice, sessionOf, signInAs } from './testing'

const note = (n: number) => ({ _id: `encounter:E:note:${n}`, kind: 'note', body: {} })

describe('a mailbox on a full device', () => {
  beforeEach(async () => {
    vi.restoreAllMocks()
    vi.stubGlobal('caches', undefined)
    const hub = await emptyDevice()
    await signInAs(hub, sessionOf('li', ['unit_a101']))
    await loadLedger()
    await openMailbox('unit_a101')
  })
  const full = () => Object.assign(new Error('unknown'), { name: 'indexed_db_went_bad', reason: 'QuotaExceededError' })

  it('says so, loses nothing, and saves the same entry when there is room again', async () => {
    await commit('unit_a101', [note(1)])
    await handleOf('unit_a101').use(async (raw) => {
      raw.bulkDocs = () => Promise.reject(full()) // what PouchDB answers from then on, for as long as it is not opened anew
    })
    const failure: unknown = await commit('unit_a101', [note(2)]).catch((error: unknown) => error)
    expect(isStorageFull(failure)).toBe(true)
    expect(storageState.value.isFull).toBe(true)
    await commit('unit_a101', [note(2)])
    expect(storageState.value.isFull).toBe(false)
    expect(await readIds('unit_a101')).toEqual([note(1)._id, note(2)._id])
  })

  it('spends the reserve for an entry rather than refuse it', async () => {
    const reserves = new Set(['greenlane-reserve'])
    vi.stubGlobal('caches', { delete: async (name: string) => reserves.delete(name) })
    await handleOf('unit_a101').use(async (raw) => {
      raw.bulkDocs = () => Promise.reject(full())
    })
    await commit('unit_a101', [note(1)])
    expect(reserves.size).toBe(0)
    expect(await readIds('unit_a101')).toEqual([note(1)._id])
  })
})
