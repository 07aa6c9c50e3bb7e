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

/** Resolves when the browser has nothing more urgent to do, or soon all the same. */
export function whenIdle(latestMs = 250): Promise<void> {
  return new Promise((resolve) => {
    if (typeof requestIdleCallback === 'function') requestIdleCallback(() => resolve(), { timeout: latestMs })
    else setTimeout(resolve, 30) // Safari
  })
}
