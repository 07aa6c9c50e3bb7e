// In whose name the next acknowledgement is written. A ward's tablet is shared: the person is chosen on it, kept for a
// shift, and forgotten when somebody else signs in.
import { computed, ref, watch } from 'vue'
import { session } from '../sync/session'
import { staffOfSite } from './site'

const STORED_AS = 'greenlane.acting'
const SHIFT_MS = 12 * 60 * 60 * 1000

interface Kept {
  staff: string
  under: string
  at: number
}

function stored(): Kept | null {
  try {
    const kept = JSON.parse(localStorage.getItem(STORED_AS) ?? 'null') as Kept | null
    return kept && Date.now() - kept.at < SHIFT_MS ? kept : null
  } catch (error) {
    console.warn('board: the acting person cannot be read', error)
    return null
  }
}

const chosen = ref<Kept | null>(stored())

watch(chosen, (kept) => {
  try {
    if (kept) localStorage.setItem(STORED_AS, JSON.stringify(kept))
    else localStorage.removeItem(STORED_AS)
  } catch (error) {
    console.warn('board: the acting person cannot be kept', error)
  }
})

export interface ActingPerson {
  id: string
  name: string
  role: string
}

/** The chosen person, as the roster knows them; null before a choice, after a shift, or when somebody else signed in. */
export const acting = computed<ActingPerson | null>(() => {
  const kept = chosen.value
  const own = session.value?.staff
  if (!kept || !own || kept.under !== own.id) return null
  if (kept.staff === own.id) return { id: own.id, name: own.name, role: own.role }
  return staffOfSite().find((person) => person.id === kept.staff) ?? null
})

/** Whose name stands on what is entered now: the acting person, else the signed-in one. */
export const writerId = computed<string | null>(() => acting.value?.id ?? session.value?.staff.id ?? null)

export function chooseActing(staff: string): void {
  chosen.value = { staff, under: session.value?.staff.id ?? '', at: Date.now() }
}
