/** Dark for the vehicle, light for the ward, a night step; the choice is the device's, not the person's. */
import { computed, ref, watchEffect } from 'vue'
import { session } from '../sync/session'

export type Theme = 'auto' | 'dark' | 'light'

function stored(name: string): string | null {
  try {
    return localStorage.getItem(name)
  } catch (error) {
    console.warn('appearance: the stored choice cannot be read', error)
    return null
  }
}
function keep(name: string, value: string): void {
  try {
    localStorage.setItem(name, value)
  } catch (error) {
    console.warn('appearance: the choice cannot be kept', error)
  }
}

const first = stored('greenlane.theme')
export const theme = ref<Theme>(first === 'dark' || first === 'light' ? first : 'auto')
export const night = ref(stored('greenlane.night') === 'on')
/** A screen may insist: the wall is always dark, whatever the device prefers. */
export const forcedTheme = ref<'dark' | 'light' | null>(null)

const WARD_ROLES = new Set(['nurse', 'doctor', 'specialist', 'quality', 'admin'])

export const shownTheme = computed<'dark' | 'light'>(() => {
  if (forcedTheme.value) return forcedTheme.value
  if (theme.value !== 'auto') return theme.value
  return WARD_ROLES.has(session.value?.staff.role ?? '') ? 'light' : 'dark'
})

/** Starts writing the choice to the page; called once by App. */
export function followAppearance(): void {
  watchEffect(() => {
    const page = document.documentElement
    page.dataset.theme = shownTheme.value
    page.dataset.night = night.value ? 'on' : 'off'
    const bar = document.querySelector('meta[name="theme-color"]')
    bar?.setAttribute('content', shownTheme.value === 'dark' ? '#0A0E12' : '#F2F5F6')
  })
  watchEffect(() => keep('greenlane.theme', theme.value))
  watchEffect(() => keep('greenlane.night', night.value ? 'on' : 'off'))
}
