/** A long list: what can be seen is drawn at once, the cards below it in idle time; until then they keep their place. */
import { onMounted, onScopeDispose, ref, type Ref } from 'vue'
import { whenIdle } from '../device/paint'

const CARD_HEIGHT = 110
const EACH_TIME = 12

/** A screen and a half of cards. `screen` and not the window: to ask for the window's size would lay the page out. */
function screenful(): number {
  const columns = screen.width >= 760 ? 2 : 1
  return Math.max(8, Math.ceil((screen.height / CARD_HEIGHT) * columns))
}

/** How many cards from the top are drawn; Infinity once all have been. `total` is asked anew as the list changes. */
export function useDrawn(total: () => number): Ref<number> {
  const drawn = ref(screenful())
  let isGone = false
  onScopeDispose(() => {
    isGone = true
  })
  async function drawOn(): Promise<void> {
    while (!isGone && drawn.value < total()) {
      await whenIdle()
      drawn.value += EACH_TIME
    }
    drawn.value = Infinity
  }
  onMounted(() => {
    drawOn().catch((error: unknown) => console.error('list: not all cards are drawn', error))
  })
  return drawn
}
