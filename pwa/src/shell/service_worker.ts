/// <reference lib="webworker" />
// The service worker: keeps the app itself (never data) on the device, so that it starts without a network.
// It touches nothing of the hub's: /db, /api and /socket.io go past it, and so does everything that is not a GET.
import { cleanupOutdatedCaches, createHandlerBoundToURL, precacheAndRoute } from 'workbox-precaching'
import { NavigationRoute, registerRoute } from 'workbox-routing'

declare const self: ServiceWorkerGlobalScope

const HUB_PATHS = [/^\/(db|api|socket\.io|live)(\/|$)/, /^\/(healthz|readyz|metrics|status|enrol|catalogue|ca\.crt)(\/|$)/]

precacheAndRoute(self.__WB_MANIFEST)
cleanupOutdatedCaches()
registerRoute(new NavigationRoute(createHandlerBoundToURL('/index.html'), { denylist: HUB_PATHS }))

// The first worker takes over at once, so that a page can be reloaded offline right after its first visit. Later ones
// wait until the page says so: an update must never reload a form that somebody is filling in.
self.addEventListener('activate', (event) => event.waitUntil(self.clients.claim()))
self.addEventListener('message', (event: ExtendableMessageEvent) => {
  if ((event.data as { type?: string } | null)?.type === 'SKIP_WAITING') void self.skipWaiting()
})
