/** Since when there has been no contact, also after a reload: the courier's own memory ends with the page. */
import { computed, watch } from 'vue'
import { contact } from '../sync/contact'

const KEPT_AS = 'greenlane.last_contact'
const KEEP_EVERY_MS = 15_000

function read(): number | null {
  try {
    return Number(localStorage.getItem(KEPT_AS)) || null
  } catch (error) {
    console.warn('contact: the last time cannot be read', error)
    return null
  }
}

const before = read()
let keptAt = before ?? 0

watch(
  () => contact.value.lastContactAt,
  (at) => {
    if (at === null || at - keptAt < KEEP_EVERY_MS) return
    keptAt = at
    try {
      localStorage.setItem(KEPT_AS, String(at))
    } catch (error) {
      console.warn('contact: the last time cannot be kept', error)
    }
  },
)

/** Device clock, milliseconds, of the hub's last answer to this device; null when it never answered. */
export const lastContactAt = computed(() => contact.value.lastContactAt ?? before)
