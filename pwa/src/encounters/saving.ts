/** One way to save: a buzz when it is on the phone, and when it is not, a sentence while the entry stays on screen. */
import { computed, ref } from 'vue'
import { buzzSaved } from '../device/haptics'
import { isStorageFull } from '../device/storage'
import { t } from '../language'
import { words } from '../shell/words'

export function useSaving() {
  const isSaving = ref(false)
  const failure = ref<unknown>(null)

  const problem = computed(() => {
    if (failure.value === null) return null
    if (isStorageFull(failure.value)) return t(words.storageFull)
    const reason = failure.value instanceof Error ? failure.value.message : String(failure.value)
    return t(words.saveFailedWhy, { reason })
  })

  /** Runs the work once; null when it failed or when the same tap is still being saved. */
  async function save<T>(work: () => Promise<T>): Promise<{ value: T } | null> {
    if (isSaving.value) return null
    isSaving.value = true
    failure.value = null
    try {
      const value = await work()
      buzzSaved()
      return { value }
    } catch (error) {
      console.error('save', error)
      failure.value = error
      return null
    } finally {
      isSaving.value = false
    }
  }
  return { save, isSaving, problem }
}
