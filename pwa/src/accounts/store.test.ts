// @vitest-environment happy-dom
import 'fake-indexeddb/auto'
import { createApp, h, nextTick } from 'vue'
import { beforeEach, expect, it, vi } from 'vitest'
import type { FakeHub } from '@/sync/fake_hub'
import { emptyDevice } from '@/sync/testing'
import { useDemoOfHub } from './store'

let hub: FakeHub
beforeEach(async () => {
  hub = await emptyDevice()
})

/** What a screen that is just opened would show. */
function onAScreen(): { value: boolean } {
  let shown: { value: boolean } = { value: false }
  const screen = createApp({
    setup() {
      shown = useDemoOfHub()
      return () => h('p')
    },
  })
  screen.mount(document.createElement('div'))
  return shown
}

it('a demonstration says so before anybody has signed in', async () => {
  hub.intercept = (path) => (path === '/healthz' ? new Response(JSON.stringify({ status: 'ok', demo: true })) : null)
  const shown = onAScreen()
  await vi.waitFor(() => expect(shown.value).toBe(true))
})

it('without contact nothing is claimed', async () => {
  hub.isCut = true
  const shown = onAScreen()
  await nextTick()
  expect(shown.value).toBe(false)
})
