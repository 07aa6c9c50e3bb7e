// Finding a patient again: among the rows of this device, and on the hub when it answers.
import { askHub, reasonOf } from '../sync/hub'
import { session } from '../sync/session'
import { inLanguage } from '../encounters/temporary_name'
import { rowOf } from './rows'
import type { EncounterSummary } from './rules'
import type { Row } from './row'

/** Name, temporary name, the end of the identity number, or the ambulance. Nothing typed matches all. */
export function matches(row: Row, query: string): boolean {
  const wanted = query.trim().toLowerCase()
  if (!wanted) return true
  const called = row.person?.temporary_name ?? ''
  const texts = [row.person?.name, inLanguage(called, 'zh'), inLanguage(called, 'en'), called, row.unit].map((text) => text?.toLowerCase() ?? '')
  return texts.some((text) => text.includes(wanted)) || (row.idNumber?.toLowerCase().endsWith(wanted) ?? false)
}

/** What the hub finds for this site. Rejects when it does not answer, or says no. */
export async function searchHub(query: string, site: string): Promise<Row[]> {
  const address = `/api/encounters?site=${encodeURIComponent(site)}&q=${encodeURIComponent(query.trim())}`
  const answer = await askHub<{ encounters?: EncounterSummary[] }>(address, { token: session.value?.token ?? null })
  if (!answer.ok) throw new Error(reasonOf(answer))
  return (answer.body?.encounters ?? []).map((summary) => rowOf(summary, site))
}
