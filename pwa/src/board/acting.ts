// In whose name the next acknowledgement is written. A ward's tablet is shared: the person is chosen on it, kept for a
// shift, and forgotten when somebody else signs in.
import { computed, ref, watch } from 'vue'
import { clearPresent, present } from '../badges/present'
import type { Method } from '../badges/rules'
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
  /** The badge that was tapped; null when the person was chosen from the list, or proven by PIN. */
  badge: string | null
  method: Method
}

const UNPROVEN = { badge: null, method: 'list' } as const

/**
 * Who acts: the person who tapped a badge, else the one chosen from the list, as the roster knows them; null before a
 * choice, after a shift, or when somebody else signed in.
 */
export const acting = computed<ActingPerson | null>(() => present.value ?? chosenPerson.value)

const chosenPerson = computed<ActingPerson | null>(() => {
  const kept = chosen.value
  const own = session.value?.staff
  if (!kept || !own || kept.under !== own.id) return null
  if (kept.staff === own.id) return { id: own.id, name: own.name, role: own.role, ...UNPROVEN }
  const person = staffOfSite().find((one) => one.id === kept.staff)
  return person ? { id: person.id, name: person.name, role: person.role, ...UNPROVEN } : null
})

/** Whose name stands on what is entered now: the acting person, else the signed-in one. */
export const writerId = computed<string | null>(() => acting.value?.id ?? session.value?.staff.id ?? null)

export function chooseActing(staff: string): void {
  clearPresent()
  chosen.value = { staff, under: session.value?.staff.id ?? '', at: Date.now() }
}
