/**
 * What is half entered survives a reload: phones throw the page away while the camera is open. It lives in the tab's
 * session storage, goes when it is saved or the tab is closed, and never counts as recorded.
 */
import { reactive, watch } from 'vue'

const PREFIX = 'greenlane.draft.'

function read<T>(key: string): Partial<T> {
  try {
    const text = sessionStorage.getItem(PREFIX + key)
    return text ? (JSON.parse(text) as Partial<T>) : {}
  } catch (error) {
    console.warn('draft: cannot be read, starting empty', error)
    return {}
  }
}

/** A reactive form that is kept under `key` (screen and encounter) until `clear` is called. */
export function useDraft<T extends object>(key: string, empty: T): { form: T; clear: () => void } {
  const form = reactive({ ...structuredClone(empty), ...read<T>(key) }) as T
  const stop = watch(
    form,
    (value) => {
      try {
        sessionStorage.setItem(PREFIX + key, JSON.stringify(value))
      } catch (error) {
        console.warn('draft: cannot be kept', error)
      }
    },
    { deep: true, flush: 'sync' },
  )
  function clear(): void {
    stop()
    sessionStorage.removeItem(PREFIX + key)
  }
  return { form, clear }
}
