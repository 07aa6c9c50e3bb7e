/** Where a role works: a crew on the road begins at its list, a hospital at its board. */
import { computed } from 'vue'
import { session } from '../sync/session'

const ON_THE_ROAD = new Set(['paramedic', 'commander'])

export function homeOf(role: string | undefined, site: string | undefined): string {
  return role && !ON_THE_ROAD.has(role) && site ? '/board' : '/list'
}

export const homeOfSession = computed(() => homeOf(session.value?.staff.role, session.value?.staff.sites[0]))
/** This device is a hospital's: its place for a patient is the record, and a person is chosen to act on it. */
export const isAtHospital = computed(() => homeOfSession.value === '/board')
