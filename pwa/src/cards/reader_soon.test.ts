import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createApp, h, type App } from 'vue'
import { useReaderSoon } from './reader_soon'

const store = vi.hoisted(() => ({ checkModels: vi.fn(async () => undefined), leaveReader: vi.fn(), warmReader: vi.fn(async () => undefined), setUp: { value: { step: 'ready' } } }))
vi.mock('./store', () => store)

function stand(options?: { maybe: boolean }): App {
  const app = createApp({ setup: () => (useReaderSoon(options), () => h('i')) })
  app.mount(document.createElement('div'))
  return app
}
const machine = (memory: number | undefined, processors: number) => {
  Object.defineProperty(navigator, 'deviceMemory', { value: memory, configurable: true })
  Object.defineProperty(navigator, 'hardwareConcurrency', { value: processors, configurable: true })
}

beforeEach(() => {
  vi.useFakeTimers()
  vi.clearAllMocks()
  store.setUp.value = { step: 'ready' }
  machine(undefined, 2)
})
afterEach(() => vi.useRealTimers())

describe('the card reader', () => {
  it('opens a moment after a screen that a card is scanned from, and does not stay for it', async () => {
    stand()
    await vi.advanceTimersByTimeAsync(300)
    expect(store.warmReader).not.toHaveBeenCalled()
    await vi.advanceTimersByTimeAsync(200)
    expect(store.warmReader).toHaveBeenCalledOnce()
    expect(store.leaveReader).toHaveBeenCalledOnce()
  })
  it('does not open for a screen that was left at once', async () => {
    const app = stand()
    await vi.advanceTimersByTimeAsync(300)
    app.unmount()
    await vi.advanceTimersByTimeAsync(5000)
    expect(store.warmReader).not.toHaveBeenCalled()
    expect(store.leaveReader).not.toHaveBeenCalled()
  })
  it('does not open without models, nor where memory is short', async () => {
    store.setUp.value = { step: 'absent' }
    stand()
    await vi.advanceTimersByTimeAsync(5000)
    store.setUp.value = { step: 'ready' }
    machine(2, 8)
    stand()
    await vi.advanceTimersByTimeAsync(5000)
    expect(store.warmReader).not.toHaveBeenCalled()
  })
  it('opens before it is likely only where processors are to spare', async () => {
    stand({ maybe: true })
    await vi.advanceTimersByTimeAsync(5000)
    expect(store.warmReader).not.toHaveBeenCalled()
    machine(4, 8)
    stand({ maybe: true })
    await vi.advanceTimersByTimeAsync(2000)
    expect(store.warmReader).not.toHaveBeenCalled()
    await vi.advanceTimersByTimeAsync(2000)
    expect(store.warmReader).toHaveBeenCalledOnce()
  })
})
