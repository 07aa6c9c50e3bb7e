/** Arrival as minutes from now, and the hospital that this crew drove to last. */
const LAST_SITE = 'greenlane.last_site'

/** The instant `minutes` from the hub's now; null for "cannot say". */
export function etaIn(minutes: number | null, hubNowMs: number): string | null {
  return minutes === null ? null : new Date(hubNowMs + minutes * 60_000).toISOString()
}

export function rememberSite(site: string): void {
  try {
    localStorage.setItem(LAST_SITE, site)
  } catch (error) {
    console.warn('eta: the last hospital cannot be kept', error)
  }
}

/** The last hospital if it is still on the list, else the first of the list. */
export function usualSite(ids: readonly string[]): string | null {
  let last: string | null = null
  try {
    last = localStorage.getItem(LAST_SITE)
  } catch (error) {
    console.warn('eta: the last hospital cannot be read', error)
  }
  return last && ids.includes(last) ? last : (ids[0] ?? null)
}
