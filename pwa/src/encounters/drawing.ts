/** A long list stands a screenful at once, and the rest in the frames after it: what can be seen can be used first. */
import { computed, onMounted, onScopeDispose, ref, type ComputedRef } from 'vue'
import { afterPaint } from '../device/paint'

const SCREENFUL = 10
const EACH_FRAME = 24

/** The part of a list that stands by now; once all has stood, the whole list at any length. */
export function useGrowing<Row>(all: () => readonly Row[]): ComputedRef<readonly Row[]> {
  const standing = ref(SCREENFUL)
  let isGone = false
  onScopeDispose(() => {
    isGone = true
  })
  async function grow(): Promise<void> {
    for (let count = SCREENFUL; !isGone && count < all().length; count += EACH_FRAME) {
      standing.value = count
      await afterPaint()
    }
    standing.value = Infinity
  }
  onMounted(() => {
    grow().catch((error: unknown) => console.error('list: not all rows stand', error))
  })
  return computed(() => (standing.value < all().length ? all().slice(0, standing.value) : all()))
}
