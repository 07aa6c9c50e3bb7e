/** `v-hold="fn"`: pressed for 500 ms with a growing ring. Moving away cancels, so scrolling never corrects anything. */
import type { Directive } from 'vue'

const HOLD_MS = 500
const stops = new WeakMap<HTMLElement, () => void>()

function listen(element: HTMLElement, run: () => void): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined
  const cancel = (): void => {
    clearTimeout(timer)
    element.classList.remove('holding')
  }
  const down = (): void => {
    cancel()
    element.classList.add('holding')
    timer = setTimeout(() => {
      cancel()
      run()
    }, HOLD_MS)
  }
  const key = (event: KeyboardEvent): void => {
    if (event.key === 'Enter' || event.key === ' ') run()
  }
  const menu = (event: Event): void => event.preventDefault() // the system's own long-press menu
  element.addEventListener('pointerdown', down)
  for (const name of ['pointerup', 'pointerleave', 'pointercancel'] as const) element.addEventListener(name, cancel)
  element.addEventListener('keydown', key)
  element.addEventListener('contextmenu', menu)
  return () => {
    cancel()
    element.removeEventListener('pointerdown', down)
    for (const name of ['pointerup', 'pointerleave', 'pointercancel'] as const) element.removeEventListener(name, cancel)
    element.removeEventListener('keydown', key)
    element.removeEventListener('contextmenu', menu)
  }
}

// A screen that renders each second hands over a new function each time: the press under the finger goes on.
const acts = new WeakMap<HTMLElement, () => void>()

export const vHold: Directive<HTMLElement, () => void> = {
  mounted: (element, binding) => {
    acts.set(element, binding.value)
    stops.set(
      element,
      listen(element, () => acts.get(element)?.()),
    )
  },
  updated: (element, binding) => void acts.set(element, binding.value),
  unmounted: (element) => stops.get(element)?.(),
}
