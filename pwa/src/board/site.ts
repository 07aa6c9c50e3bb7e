// Which hospital this device stands in, and its people. Reads the kept roster, so it works without a network.
import { computed, ref } from 'vue'
import { t, type Word } from '../language'
import { hasRoster, sitePhone, siteName as rosterSiteName, staffOfSite as rosterStaffOfSite, type RosterStaff } from '../sync/roster'
import { session } from '../sync/session'
import { words } from './words'

const ROLE_ORDER = ['nurse', 'doctor', 'specialist']
const chosenSite = ref<string | null>(null)

/** The sites whose board this person may see; most have one. */
export const ownSites = computed(() => session.value?.staff.sites ?? [])

/** The site of this board; null for an account without one. */
export const site = computed<string | null>(() => {
  const own = ownSites.value
  return chosenSite.value && own.includes(chosenSite.value) ? chosenSite.value : (own[0] ?? null)
})

export function chooseSite(id: string): void {
  chosenSite.value = id
}

/** The head of a board: the site's emergency department, without its name until the roster has come. */
export const boardTitle = computed(() => (hasRoster.value ? t(words.emergencyOf, { site: rosterSiteName(site.value) }) : t(words.emergency)))
export const deskPhone = computed(() => sitePhone(site.value))

/** Who may act here: the signed-in person first, then nurses, doctors, specialists by name. */
export function staffOfSite(): RosterStaff[] {
  const here = site.value
  const own = session.value?.staff.id
  if (!here) return []
  const rank = (person: RosterStaff) => (person.id === own ? -1 : (ROLE_ORDER.indexOf(person.role) + 9) % 9)
  const clinical = rosterStaffOfSite(here).filter((person) => ROLE_ORDER.includes(person.role) || person.id === own)
  return clinical.sort((a, b) => rank(a) - rank(b) || a.name.localeCompare(b.name, 'zh'))
}

const ROLES: Record<string, Word> = {
  nurse: words.nurse,
  doctor: words.doctor,
  specialist: words.specialist,
  paramedic: words.paramedic,
  commander: words.commander,
  quality: words.quality,
  admin: words.admin,
}

export function roleWord(role: string | null | undefined): Word {
  return ROLES[role ?? ''] ?? { zh: role ?? '', en: role ?? '' }
}
