// The caps of a recording. The browser's own recorder is not in this environment: a stand-in gives chunks when told to;
// the real one is driven by tests/journeys/test_treatments.py.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { startRecording, type Recording } from './recorder'

const LIMITS = { seconds: 20, bytes: 1000, bitsPerSecond: 1_000 }

class StandIn {
  static isTypeSupported = () => true
  static last: StandIn
  state = 'inactive'
  ondataavailable: (event: { data: Blob }) => void = () => undefined
  onstop: () => void = () => undefined
  constructor() {
    StandIn.last = this
  }
  start(): void {
    this.state = 'recording'
  }
  give(bytes: number): void {
    this.ondataavailable({ data: new Blob([new Uint8Array(bytes)]) })
  }
  stop(): void {
    this.state = 'inactive'
    this.give(7)
    this.onstop()
  }
}

const tracks = [{ stop: vi.fn() }]

async function recording(): Promise<Recording> {
  const outcome = await startRecording('video', LIMITS)
  if (!outcome.ok) throw new Error(outcome.problem)
  return outcome.recording
}

beforeEach(() => {
  vi.useFakeTimers()
  tracks[0]!.stop.mockClear()
  vi.stubGlobal('MediaRecorder', StandIn)
  vi.stubGlobal('navigator', { mediaDevices: { getUserMedia: async () => ({ getTracks: () => tracks }) } })
})
afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

describe('a recording', () => {
  it('ends by itself at its size, keeps what came until then, and lets go of the camera', async () => {
    const { done } = await recording()
    StandIn.last.give(600)
    expect(StandIn.last.state).toBe('recording')
    StandIn.last.give(600)
    const made = await done
    expect([made?.ended, made?.bytes.size]).toEqual(['size', 1207])
    expect(tracks[0]!.stop).toHaveBeenCalledOnce()
  })
  it('ends by itself at its time, and keeps what came', async () => {
    const { done } = await recording()
    StandIn.last.give(100)
    vi.advanceTimersByTime(LIMITS.seconds * 1000)
    const made = await done
    expect([made?.ended, made?.bytes.size]).toEqual(['time', 107])
  })
  it('is kept when stopped and nothing when cancelled', async () => {
    const first = await recording()
    first.stop()
    expect((await first.done)?.ended).toBe('stopped')
    const second = await recording()
    second.cancel()
    expect(await second.done).toBeNull()
  })
  it('says why there is none', async () => {
    const refusing = async () => Promise.reject(new DOMException('no', 'NotAllowedError'))
    vi.stubGlobal('navigator', { mediaDevices: { getUserMedia: refusing } })
    expect(await startRecording('audio', LIMITS)).toEqual({ ok: false, problem: 'not_allowed' })
  })
})
