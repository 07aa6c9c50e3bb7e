import { describe, expect, it } from 'vitest'
import { isStorageFull, roomOf, requestPersistence } from './storage'

describe('a full device', () => {
  it('is recognised by what browsers say', () => {
    expect(isStorageFull(new DOMException('', 'QuotaExceededError'))).toBe(true)
    expect(isStorageFull(new Error('Disk full while writing'))).toBe(true)
  })

  it('is recognised behind the words of PouchDB, which hides the browser’s', () => {
    const error = Object.assign(new Error('unknown'), { name: 'indexed_db_went_bad', status: 500, reason: 'QuotaExceededError' })
    expect(isStorageFull(error)).toBe(true)
    expect(isStorageFull(new Error('encounter:x: not stored', { cause: error }))).toBe(true)
  })

  it('is not every failure', () => {
    expect(isStorageFull(new Error('nobody is signed in on this device'))).toBe(false)
    expect(isStorageFull(null)).toBe(false)
  })
})

describe('the room that is left', () => {
  it('is called low early, and short before a photograph fails', () => {
    expect(roomOf(10e9, 60e9)).toMatchObject({ isLow: false, isShort: false })
    expect(roomOf(55e9, 60e9)).toMatchObject({ isLow: true, isShort: false })
    expect(roomOf(59.95e9, 60e9)).toMatchObject({ isLow: true, isShort: true })
  })

  it('is judged by its share where the whole is small', () => {
    expect(roomOf(10e6, 120e6)).toMatchObject({ isLow: false, isShort: false })
    expect(roomOf(100e6, 120e6)).toMatchObject({ isLow: true, isShort: true })
  })

  it('is not guessed where the browser does not say', () => {
    expect(roomOf(null, null)).toMatchObject({ isLow: false, isShort: false })
  })
})

describe('persistent storage', () => {
  const answering = (isPersisted: boolean, isGranted: boolean) => {
    const asked: string[] = []
    const storage = {
      persisted: async () => isPersisted,
      persist: async () => asked.push('persist') > 0 && isGranted,
      estimate: async () => ({ usage: 10e9, quota: 60e9 }),
    }
    Object.defineProperty(navigator, 'storage', { configurable: true, value: storage })
    return asked
  }

  it('is asked for, and the browser’s answer is kept for the screens', async () => {
    const asked = answering(false, true)
    expect(await requestPersistence()).toMatchObject({ persisted: true, usedBytes: 10e9, quotaBytes: 60e9 })
    expect(asked).toEqual(['persist'])
    answering(false, false)
    expect(await requestPersistence()).toMatchObject({ persisted: false })
  })

  it('is not asked for again where it was promised', async () => {
    const asked = answering(true, false)
    expect(await requestPersistence()).toMatchObject({ persisted: true })
    expect(asked).toEqual([])
  })
})
