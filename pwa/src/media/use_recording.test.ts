import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { effectScope, type EffectScope } from 'vue'
import type { Recorded, RecordingOutcome } from '../device/recorder'
import { useRecording, type RecordingSubject } from './use_recording'

// The browser's recorder is driven by tests/journeys/test_treatments.py; here is one that ends when told to.
const device = vi.hoisted(() => ({ allow: () => undefined as void, isCancelled: false, stopped: 0 }))
const record = vi.hoisted(() => ({ added: [] as { encounter: string; media: string; purpose: string; more: unknown }[], isFull: false }))
vi.mock('../device/recorder', () => ({
  videoThumbnail: async () => null,
  startRecording: () =>
    new Promise<RecordingOutcome>((allowed) => {
      device.allow = () => {
        let finish: (recorded: Recorded | null) => void = () => undefined
        const done = new Promise<Recorded | null>((resolve) => (finish = resolve))
        const cancel = () => {
          device.isCancelled = true
          finish(null)
        }
        const stop = () => {
          device.stopped += 1
          finish({ bytes: new Blob(['said']), durationMs: 12_000, ended: 'stopped' })
        }
        allowed({ ok: true, recording: { stream: {} as MediaStream, startedAt: performance.now(), stop, cancel, done } })
      }
    }),
}))
vi.mock('../encounters/store', () => ({
  addMedia: async (encounter: string, added: { media: string; purpose: string; more: unknown }) => {
    if (record.isFull) throw new Error('no room')
    record.added.push({ encounter, ...added })
    return 'id'
  },
}))

const settled = () => new Promise((resolve) => setTimeout(resolve, 0))

describe('a recording under way', () => {
  let scope: EffectScope
  const subject: RecordingSubject = { encounter: 'A', kind: 'audio', about: 'history', purpose: 'scene' }
  const open = () => scope.run(() => useRecording(() => ({ ...subject })))!
  async function begun() {
    const voice = open()
    void voice.begin()
    device.allow()
    await settled()
    expect(voice.recording.value).not.toBeNull()
    return voice
  }
  beforeEach(() => {
    scope = effectScope()
    Object.assign(device, { isCancelled: false, stopped: 0 })
    Object.assign(record, { added: [], isFull: false })
    Object.assign(subject, { encounter: 'A' })
    vi.spyOn(console, 'error').mockImplementation(() => undefined)
  })
  afterEach(() => {
    scope.stop()
    vi.restoreAllMocks()
  })

  it('goes on when its sheet is closed, asks, and is kept', async () => {
    const voice = await begun()
    voice.askToClose()
    expect([voice.isOpen.value, voice.isAsking.value, device.isCancelled]).toEqual([true, true, false])
    voice.stop()
    await settled()
    expect(record.added).toMatchObject([{ encounter: 'A', media: 'audio', purpose: 'voice', more: { duration_ms: 12_000, about: 'history' } }])
    expect([voice.isOpen.value, voice.isAsking.value]).toEqual([false, false])
  })

  it('goes on when closing was a slip', async () => {
    const voice = await begun()
    voice.askToClose()
    voice.askToClose()
    expect([voice.isOpen.value, voice.isAsking.value, device.isCancelled, device.stopped]).toEqual([true, false, false, 0])
  })

  it('goes away only by the word that says so', async () => {
    const voice = await begun()
    voice.askToClose()
    voice.discard()
    await settled()
    expect([voice.isOpen.value, device.isCancelled, record.added.length]).toEqual([false, true, 0])
  })

  it('is kept with its own patient when its screen goes away', async () => {
    await begun()
    subject.encounter = 'B'
    scope.stop()
    await settled()
    expect(record.added).toMatchObject([{ encounter: 'A' }])
  })

  it('waits for another try when the device could not store it', async () => {
    const voice = await begun()
    record.isFull = true
    voice.stop()
    await settled()
    expect(voice.problem.value).toContain('no room')
    voice.askToClose()
    expect([voice.isOpen.value, voice.isAsking.value]).toEqual([true, true])
    record.isFull = false
    await voice.keepAgain()
    expect(record.added).toHaveLength(1)
    expect([voice.isOpen.value, voice.unsaved.value]).toEqual([false, null])
  })

  it('does not begin behind a sheet that was closed while permission was asked', async () => {
    const voice = open()
    void voice.begin()
    voice.askToClose()
    expect(voice.isOpen.value).toBe(false)
    device.allow()
    await settled()
    expect([voice.recording.value, device.isCancelled]).toEqual([null, true])
  })
})
