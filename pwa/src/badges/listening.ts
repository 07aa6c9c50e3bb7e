/**
 * Every badge that this page hears of: tags, hand scanners, the camera. The sheet that asks for a badge gets it; otherwise
 * the person at the device changes.
 */
import { ref, shallowRef } from 'vue'
import { listenForWedge } from '@/device/wedge_reader'
import { buzzRead } from '@/device/haptics'
import { playBadgeAccepted, playBadgeRefused } from '@/device/sound'
import { setPresent } from './present'
import { noteRefused, type Where } from './refusals'
import { isMeantAsBadge, type Method, type Refusal } from './rules'
import { readBadge, type Proven } from './store'
import { hearTags, startTagsIfAllowed, stopTags } from './tags'

/** Why somebody was not accepted: the badge's own reason, the wrong person for this step, a wrong PIN. */
export type RefusedFor = Refusal | 'not_this_person' | 'wrong_pin'

export interface Asker {
  /** Takes a proven person, or says by a reason why this one will not do here. */
  take(proven: Proven): string | null
  place: string
  where: Where
}
/** What was read last, for the banner: a name, or the reason of a refusal. */
export interface Heard {
  id: number
  name: string | null
  role: string | null
  refusal: RefusedFor | null
  /** How the person proved themselves, here and now; who acts on the device may have been proven otherwise. */
  method: Method
  /** The name that a refused badge claims, when the hub's key signed it. */
  claimed: string | null
}

export const heard = shallowRef<Heard | null>(null)
export const isReading = ref(false)
const askers: Asker[] = []
/** A tag in a hand that moves, or a trigger that is held, is read more than once. */
const ECHO_MS = 2_000
let taken: { badge: string; at: number } | null = null
let place = 'board'
let where: Where = {}
let count = 0

/** A sheet that wants the next badge; call the result when it closes. */
export function askForBadge(asker: Asker): () => void {
  askers.push(asker)
  return () => askers.splice(askers.indexOf(asker), 1)
}
/** Where the person is, for what is put on record. */
export function atPlace(name: string, encounter?: string): void {
  place = name
  where = encounter ? { encounter, action: 'identify' } : {}
}

/** A text was read. Resolves true when it was a badge, accepted or not; other codes are left to other rooms. */
export async function badgeRead(text: string | null, method: Method): Promise<boolean> {
  if (text !== null && !isMeantAsBadge(text)) {
    // A tag is held to the device on purpose, so one that is no badge gets an answer; a scanned code may be a wristband.
    if (method !== 'nfc') return false
  }
  isReading.value = true
  try {
    const reading = await readBadge(text ?? '', method)
    if (reading.outcome === 'accepted') accepted(reading.proven)
    else refused(reading.refusal, method, reading.badge, reading.staff)
  } finally {
    isReading.value = false
  }
  return true
}

function accepted(proven: Proven): void {
  const asker = askers.at(-1)
  if (isEcho(proven, asker !== undefined)) return
  const objection = asker ? asker.take(proven) : null
  if (objection) return refused('not_this_person', proven.method, proven.claims?.badge ?? null, proven.staff.id)
  if (!asker) setPresent(proven)
  buzzRead()
  playBadgeAccepted()
  heard.value = { id: ++count, name: proven.staff.name, role: proven.staff.role, refusal: null, method: proven.method, claimed: null }
}

/** The same badge again just after a sheet took it for one act: it must not become who acts on the device as well. */
function isEcho({ claims }: Proven, isAsked: boolean): boolean {
  const isRepeated = claims !== null && taken?.badge === claims.badge && performance.now() - taken.at < ECHO_MS
  if (claims && (isAsked || isRepeated)) taken = { badge: claims.badge, at: performance.now() }
  return isRepeated && !isAsked
}

/** Say and record that somebody was not accepted. */
export function refused(refusal: RefusedFor, method: Method, badge: string | null, staff: string | null): void {
  const asker = askers.at(-1)
  playBadgeRefused()
  const isGenuine = refusal !== 'unreadable' && refusal !== 'forged' && refusal !== 'unknown_key'
  heard.value = { id: ++count, name: null, role: null, refusal, method, claimed: isGenuine ? staff : null }
  void noteRefused({ reason: refusal, method, place: asker?.place ?? place, badge, claimed_staff: staff }, asker?.where ?? where)
}

/** A person proved themselves otherwise (PIN): the same as a badge, without a banner of reading. */
export function personProven(proven: Proven): void {
  accepted(proven)
}

/** Listen until the returned function is called. */
export function startListening(): () => void {
  const stopWedge = listenForWedge((code) => void badgeRead(code, 'wedge'))
  hearTags((text) => void badgeRead(text, 'nfc'))
  void startTagsIfAllowed()
  return () => {
    stopWedge()
    hearTags(null)
    stopTags()
  }
}
