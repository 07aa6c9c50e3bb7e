// The hospital's pages. shell/router.ts takes them in; each is its own chunk, for a phone never opens the wall.
import type { RouteRecordRaw } from 'vue-router'

// These pages bring their own head; the wall is dark whatever the device prefers.
export const boardRoutes: RouteRecordRaw[] = [
  { path: '/board/:site?', name: 'board', component: () => import('./BoardScreen.vue'), meta: { ownHead: true } },
  { path: '/wall/:site?', name: 'wall', component: () => import('./WallScreen.vue'), meta: { ownHead: true, theme: 'dark' } },
  { path: '/finished', name: 'finished', component: () => import('./FinishedScreen.vue'), meta: { ownHead: true } },
  {
    path: '/record/:encounter',
    name: 'record',
    component: () => import('../encounters/RecordScreen.vue'),
    meta: { ownHead: true },
  },
]
