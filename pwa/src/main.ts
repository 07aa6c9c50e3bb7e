// The start: what is kept on the device is read (a few small rows), the first screen is painted from it, and only then
// come PouchDB, the courier and the service worker.
import { createApp } from 'vue'
import { loadSummaries } from '@/encounters/store/summaries'
import { restoreClock } from '@/sync/clock'
import { loadRoster } from '@/sync/roster'
import { restoreSession } from '@/sync/session'
import App from '@/shell/App.vue'
import { loadList, router } from '@/shell/router'

/** Leave the main thread to the first paint. */
function afterPaint(work: () => void): void {
  requestAnimationFrame(() => setTimeout(work, 0))
}

async function start(): Promise<void> {
  await Promise.all([restoreSession(), loadSummaries(), loadRoster(), restoreClock()])
}

/** A device whose storage cannot be opened says so, rather than showing an empty list. */
function showStorageFault(error: unknown): void {
  console.error('start: the storage of this device cannot be read', error)
  const sorry = document.createElement('p')
  sorry.style.cssText = 'color:#F3F7F9;font:17px sans-serif;padding:24px'
  sorry.textContent =
    '无法读取本机存储：请关闭其他标签页后重新打开。Storage of this device cannot be read: close other tabs and open again. ' +
    String(error)
  document.getElementById('app')?.replaceChildren(sorry)
}

// The list's own file is read beside what is kept on the device, not after it; the router asks again, and reports.
if (['/', '/list'].includes(location.pathname)) loadList().catch(() => undefined)

start()
  .then(async () => {
    const app = createApp(App).use(router)
    // The first screen is painted in one go, and what follows it does not come before it. A screen that does not load
    // is said by the frame, which stands all the same.
    await router.isReady().catch((error: unknown) => console.error('start: the first screen', error))
    app.mount('#app')
    afterPaint(() => {
      import('@/shell/start')
        .then(({ startBackground }) => startBackground())
        .catch((error: unknown) => console.error('start: background', error))
    })
  })
  .catch(showStorageFault)
