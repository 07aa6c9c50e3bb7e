// A newer version of the app: found, kept waiting, and taken over only when somebody says so on a quiet screen.
import { ref, type Ref } from 'vue'

/** A newer version is here. The list shows "update"; screens with a form do not. */
export const updateReady: Ref<boolean> = ref(false)

const LOOK_AGAIN_MS = 60 * 60 * 1000
let waiting: ServiceWorker | null = null

/** Register the service worker. A page without TLS has none; the app then works, but does not start offline. */
export async function registerServiceWorker(): Promise<void> {
  const workers = navigator.serviceWorker as ServiceWorkerContainer | undefined
  if (!workers || import.meta.env.DEV) return
  const registration = await workers.register('/service_worker.js', { scope: '/', type: 'classic' })
  watch(registration)
  setInterval(() => {
    registration.update().catch(() => undefined) // no network: asked again in an hour
  }, LOOK_AGAIN_MS)
}

function watch(registration: ServiceWorkerRegistration): void {
  if (registration.waiting && navigator.serviceWorker.controller) offer(registration.waiting)
  registration.addEventListener('updatefound', () => {
    const found = registration.installing
    found?.addEventListener('statechange', () => {
      if (found.state === 'installed' && navigator.serviceWorker.controller) offer(found)
    })
  })
}

function offer(worker: ServiceWorker): void {
  waiting = worker
  updateReady.value = true
}

/** Take over the newer version and start it. Call it only from a tap, where nothing half entered is on the screen. */
export function applyUpdate(): void {
  if (!waiting) return
  navigator.serviceWorker.addEventListener('controllerchange', () => location.reload(), { once: true })
  waiting.postMessage({ type: 'SKIP_WAITING' })
}
