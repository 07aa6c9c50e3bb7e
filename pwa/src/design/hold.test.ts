import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createApp, defineComponent, h, nextTick, ref, withDirectives } from 'vue'
import { vHold } from './hold'

const tick = ref(0)
const held = vi.fn()
const Screen = defineComponent(() => () => {
  const seen = tick.value
  return withDirectives(h('button', `at ${seen}`), [[vHold, () => held(seen)]])
})

describe('holding something down', () => {
  let button: HTMLElement
  let unmount: () => void
  beforeEach(() => {
    vi.useFakeTimers()
    held.mockClear()
    tick.value = 0
    const app = createApp(Screen)
    const root = document.createElement('div')
    app.mount(root)
    button = root.firstElementChild as HTMLElement
    unmount = () => app.unmount()
  })
  afterEach(() => {
    unmount()
    vi.useRealTimers()
  })
  const down = () => button.dispatchEvent(new Event('pointerdown'))

  it('acts after half a second, although the screen rendered anew meanwhile, and with what is there now', async () => {
    down()
    vi.advanceTimersByTime(300)
    tick.value = 1
    await nextTick()
    vi.advanceTimersByTime(200)
    expect(held).toHaveBeenCalledExactlyOnceWith(1)
  })
  it('does nothing when the finger leaves early', () => {
    down()
    vi.advanceTimersByTime(499)
    button.dispatchEvent(new Event('pointerleave'))
    vi.advanceTimersByTime(1000)
    expect(held).not.toHaveBeenCalled()
  })
  it('acts at once from the keyboard', () => {
    button.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter' }))
    expect(held).toHaveBeenCalledOnce()
  })
})
