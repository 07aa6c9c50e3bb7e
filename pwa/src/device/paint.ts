// Work that can wait until the answer to a tap is on the screen.

const LONGEST_WAIT_MS = 120

/** Resolves after the next frame has been painted; soon where nothing is painted (a hidden tab, a test). */
export function afterPaint(): Promise<void> {
  const isPainting = typeof requestAnimationFrame === 'function' && document.visibilityState === 'visible'
  return new Promise((resolve) => {
    if (!isPainting) {
      setTimeout(resolve, 0)
      return
    }
    const late = setTimeout(resolve, LONGEST_WAIT_MS) // a tab that is being hidden paints no more frames
    requestAnimationFrame(() => {
      clearTimeout(late)
      setTimeout(resolve, 0)
    })
  })
}
