/** The hub's time, once a second, for everything that runs on a screen. One timer for the whole app. */
import { onScopeDispose, ref, type Ref } from 'vue'
import { hubNow } from '../sync/clock'

const now = ref(Date.now())
let users = 0
let timer: ReturnType<typeof setTimeout> | undefined

function tick(): void {
  const at = hubNow().getTime()
  now.value = at
  // Aligned to the hub's own second, so that two screens side by side change together.
  timer = setTimeout(tick, 1000 - (at % 1000) + 5)
}

/** Milliseconds of the hub's clock, stepped once a second while a component uses it. */
export function useNow(): Ref<number> {
  users += 1
  if (users === 1) tick()
  else now.value = hubNow().getTime()
  onScopeDispose(() => {
    users -= 1
    if (users === 0) clearTimeout(timer)
  })
  return now
}
