// What the hub says of its own state: its checks, definitions that it withholds or the site replaced, work that waits.
import { shallowRef } from 'vue'
import { reasonOf } from '../sync/hub'
import { askSigned } from '../sync/session'

export interface HubStatus {
  status: 'ok' | 'degraded' | 'unavailable'
  version: string
  /** By name: "ok", or what is wrong and the remedy. */
  checks: Record<string, string>
  degraded: Record<string, string>
  withheld: { file: string; reason: string }[]
  overridden: { file: string; folder: string; id: string; version: string }[]
  signed_off: { definitions: number; signed: number }
  /** Encounters with a document that a person should look at; null while it cannot be told. */
  flagged: number | null
  quarantine: { device: string; documents: number }[] | null
  live_connections: number
}

interface Listed {
  id: string
  version: string
  signed_off: { by: string; at: string } | null
}
export type CatalogueIndex = Record<string, Listed[]>

export interface Signatures {
  folder: string
  definitions: number
  signed: { id: string; by: string; at: string }[]
}

export const hubStatus = shallowRef<{ status: HubStatus; index: CatalogueIndex; at: number } | null>(null)
export const statusProblem = shallowRef<string | null>(null)
export const isAsking = shallowRef(false)

/** Ask the hub; what it said before stays until it answers, and why it did not is said. */
export async function askStatus(): Promise<void> {
  isAsking.value = true
  try {
    const [status, index] = await Promise.all([askSigned<HubStatus>('/api/status'), askSigned<CatalogueIndex>('/api/catalogue')])
    const refused = [status, index].find((answer) => !answer.ok)
    if (refused) throw new Error(reasonOf(refused))
    hubStatus.value = { status: status.body, index: index.body, at: Date.now() }
    statusProblem.value = null
  } catch (error: unknown) {
    statusProblem.value = error instanceof Error ? error.message : String(error)
  } finally {
    isAsking.value = false
  }
}

// Wording and technical tables are not what a clinician signs.
const SIGNED_FOLDERS = ['scores', 'pathways', 'indicators', 'vitals', 'drugs', 'dosing', 'rechecks'] as const

/** What clinicians answer for, folder by folder, with those that are signed. */
export function signaturesOf(index: CatalogueIndex): Signatures[] {
  return SIGNED_FOLDERS.flatMap((folder) => {
    const listed = index[folder] ?? []
    const signed = listed.flatMap(({ id, signed_off }) => (signed_off ? [{ id, by: signed_off.by, at: signed_off.at.slice(0, 10) }] : []))
    return listed.length > 0 ? [{ folder, definitions: listed.length, signed }] : []
  })
}
