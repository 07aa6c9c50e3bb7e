// Who and what is in the county: staff, sites, units and the hub itself, readable offline and before PouchDB is loaded.
// The courier pulls the `roster` database into these rows; nobody edits them here.
import { computed, ref, shallowRef, type ShallowRef } from 'vue'
import { language, type Word } from '@/language'
import { deviceDatabase, readValue, writeValue } from './own_database'
import { hearTabs, tellTabs } from './tabs'
import type { StoredDocument } from './types'

type Name = string | Word

export interface RosterSite {
  id: string
  name: Name
  phone: string | null
}
/** What the site decided about the catalogue; its shape is the catalogue's own concern. */
export interface SiteCatalogue {
  definitions: unknown[]
  signed_off: unknown[]
}
export interface RosterUnit {
  id: string
  name: Name
  phone: string | null
}
export interface RosterStaff {
  id: string
  name: string
  role: string
  active: boolean
  sites: string[]
  units: string[]
}

const rows: ShallowRef<ReadonlyMap<string, StoredDocument>> = shallowRef(new Map())

/** The hub's roster has come to this device. */
export const hasRoster = computed(() => rows.value.size > 0)

/** What stands where a name is not known: a dash until the roster has come, then the id, so that somebody can ask. */
function unnamed(id: string | null | undefined): string {
  if (!id) return ''
  return hasRoster.value ? id : '—'
}

/** Device clock, milliseconds, when this roster was last as the hub has it; null when it never was. */
export const rosterCheckedAt = ref<number | null>(null)
const CHECKED_AS = 'roster_checked_at'
const KEEP_EVERY_MS = 60_000
let checkedKeptAt = 0

/** The hub has just been asked for everything new. */
export async function rosterChecked(at: number = Date.now()): Promise<void> {
  rosterCheckedAt.value = at
  if (at - checkedKeptAt < KEEP_EVERY_MS) return
  checkedKeptAt = at
  await writeValue(CHECKED_AS, at)
}

/** A document of the roster whose shape is another room's concern. */
export function rosterDocument(id: string): StoredDocument | undefined {
  return rows.value.get(id)
}

/** Read the kept roster; the first screens wait for it. */
export async function loadRoster(): Promise<void> {
  rosterCheckedAt.value ??= (await readValue<number>(CHECKED_AS)) ?? null
  const kept = await (await deviceDatabase()).getAll('roster')
  rows.value = new Map(kept.map((document) => [document._id, document]))
}

/** Take over what the hub sent: documents, and ids that it removed. */
export async function keepRoster(documents: StoredDocument[], removed: string[] = []): Promise<void> {
  if (documents.length === 0 && removed.length === 0) return
  const transaction = (await deviceDatabase()).transaction('roster', 'readwrite')
  for (const document of documents) void transaction.store.put(document)
  for (const id of removed) void transaction.store.delete(id)
  await transaction.done
  const next = new Map(rows.value)
  for (const document of documents) next.set(document._id, document)
  for (const id of removed) next.delete(id)
  rows.value = next
  tellTabs({ type: 'roster' })
}

hearTabs((message) => {
  if (message.type === 'roster') loadRoster().catch((error: unknown) => console.error('roster: cannot be read', error))
})

function ofKind<Row>(kind: string): Row[] {
  const found: Row[] = []
  for (const document of rows.value.values()) if (document.kind === kind) found.push(document as unknown as Row)
  return found
}

function one<Row>(kind: string, id: string | null | undefined): Row | null {
  return id ? ((rows.value.get(`${kind}:${id}`) as Row | undefined) ?? null) : null
}

/** A name in the chosen language. */
export function nameIn(name: Name | null | undefined): string {
  if (!name) return ''
  return typeof name === 'string' ? name : name[language.value]
}

export function sites(): RosterSite[] {
  return ofKind<RosterSite>('site')
}

export function siteOf(id: string | null | undefined): RosterSite | null {
  return one<RosterSite>('site', id)
}

/** The site's name in the chosen language; its id when the roster does not know it, a dash when there is none yet. */
export function siteName(id: string | null | undefined): string {
  return nameIn(siteOf(id)?.name) || unnamed(id)
}

/** The number to phone when an alert is not confirmed; null when nobody entered one. */
export function sitePhone(id: string | null | undefined): string | null {
  return siteOf(id)?.phone ?? null
}

export function units(): RosterUnit[] {
  return ofKind<RosterUnit>('unit')
}

export function unitOf(id: string | null | undefined): RosterUnit | null {
  return one<RosterUnit>('unit', id)
}

export function unitName(id: string | null | undefined): string {
  return nameIn(unitOf(id)?.name) || unnamed(id)
}

export function unitPhone(id: string | null | undefined): string | null {
  return unitOf(id)?.phone ?? null
}

export function staffOf(id: string | null | undefined): RosterStaff | null {
  return one<RosterStaff>('staff', id)
}

/** A person's name; the id when the roster does not know it, a dash when there is none yet. */
export function staffName(id: string | null | undefined): string {
  if (id === 'hub') return nameIn({ zh: '服务器', en: 'the hub' })
  return staffOf(id)?.name ?? unnamed(id)
}

export function allStaff(): RosterStaff[] {
  return ofKind<RosterStaff>('staff')
}

/** Active staff of a site, for choosing who acts. */
export function staffOfSite(site: string): RosterStaff[] {
  return ofKind<RosterStaff>('staff').filter((person) => person.active && person.sites.includes(site))
}

/** Definitions and signatures of the site; null until the roster has them. */
export function siteCatalogue(): SiteCatalogue | null {
  return (rows.value.get('catalogue:site') as SiteCatalogue | undefined) ?? null
}

/** Who works where somebody works: on the same unit or at the same site, without that person. */
export function colleagues(id: string | undefined): RosterStaff[] {
  const me = staffOf(id)
  if (!me) return []
  const isNear = (one: RosterStaff): boolean => one.units.some((unit) => me.units.includes(unit)) || one.sites.some((site) => me.sites.includes(site))
  return ofKind<RosterStaff>('staff').filter((one) => one.active && one.id !== me.id && isNear(one))
}

/** The hub is a demonstration: every screen says so. */
export function isDemo(): boolean {
  return rows.value.get('hub:info')?.demo === true
}
