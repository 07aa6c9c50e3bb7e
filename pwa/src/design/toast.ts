/** One line above the footer: what was just saved, with its undo for ten seconds; or a sentence that something failed. */
import { shallowRef } from 'vue'

export interface Toast {
  title: string
  detail?: string
  tone?: 'ok' | 'warn'
  action?: { label: string; run: () => void | Promise<void> }
}

export const toast = shallowRef<Toast | null>(null)
let timer: ReturnType<typeof setTimeout> | undefined

/** Shows a toast for `seconds`; a newer one replaces it. */
export function showToast(next: Toast, seconds = 4): void {
  clearTimeout(timer)
  toast.value = next
  timer = setTimeout(() => (toast.value = null), seconds * 1000)
}

export function hideToast(): void {
  clearTimeout(timer)
  toast.value = null
}
