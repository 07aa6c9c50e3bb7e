// What this device held, noted outside of its databases: so that it notices when the browser has cleared them, says so,
// and gets back from the hub what the hub has. The note lies in localStorage, a shorter one in a cookie; which of them
// survives differs between browsers.
import { onArrival } from './changes'
import { knownMailboxes, openMailbox } from './databases'
import { loadLedger, onDelivery, pendingCount, undelivered } from './ledger'
import { readValue, writeValue } from './own_database'
import { forgetCheckpoint } from './pull'
import { storeLoss, type StoreLoss } from './store_loss'

interface Kept {
  /** Documents in each local database. */
  counts: Record<string, number>
  /** How many of them only this device had. */
  pending: number
  at: number
}

const NOTE = 'greenlane.kept'
const COOKIE = 'greenlane_kept'
const NOTE_AFTER_MS = 3_000

let current: Kept = { counts: {}, pending: 0, at: 0 }

function readNote(): Kept | null {
  try {
    const text = localStorage.getItem(NOTE)
    return text ? (JSON.parse(text) as Kept) : null
  } catch (error) {
    console.warn('losses: the note cannot be read', error)
    return null
  }
}

const hasCookie = () => document.cookie.split('; ').some((one) => one.startsWith(`${COOKIE}=`))

function writeNote(): void {
  try {
    localStorage.setItem(NOTE, JSON.stringify(current))
  } catch (error) {
    console.warn('losses: the note cannot be kept', error)
  }
  const total = Object.values(current.counts).reduce((sum, count) => sum + count, 0)
  if (total > 0) document.cookie = `${COOKIE}=1; path=/; max-age=31536000; SameSite=Strict`
}

/** Look whether what was noted is still here. Before the courier works: what is missing is then pulled again. */
export async function checkForLosses(now = Date.now()): Promise<void> {
  const noted = readNote()
  const isSameDevice = (await readValue<boolean>('has_kept')) === true
  if (!isSameDevice && (noted ? total(noted) > 0 : hasCookie())) {
    await keepLoss({ at: now, missing: noted ? total(noted) : null, undelivered: noted ? noted.pending : null, isSeen: false })
  } else if (noted) await compareCounts(noted, now)
  const kept = await readValue<StoreLoss>('store_loss')
  storeLoss.value = kept && !kept.isSeen ? kept : null
  if (!isSameDevice || kept?.at === now) await noteKept()
  else current = noted ?? current
}

const total = (kept: Kept) => Object.values(kept.counts).reduce((sum, count) => sum + count, 0)

async function compareCounts(noted: Kept, now: number): Promise<void> {
  let missing = 0
  const lost = new Set<string>()
  for (const [name, count] of Object.entries(noted.counts)) {
    const { doc_count: held } = await (await openMailbox(name)).info()
    if (held >= count) continue
    missing += count - held
    lost.add(name)
    await forgetCheckpoint(name)
  }
  if (missing > 0) await keepLoss({ at: now, missing, undelivered: await countLost(lost), isSeen: false })
}

/** Undelivered documents, by the ledger, that are no longer in their database. */
async function countLost(names: Set<string>): Promise<number> {
  await loadLedger()
  let lost = 0
  for (const row of undelivered()) {
    if (!names.has(row.mailbox) || row.state === 'quarantined') continue
    const { rows } = await (await openMailbox(row.mailbox)).allDocs({ keys: [row.id] })
    if (!rows[0]?.value) lost += 1
  }
  return lost
}

async function keepLoss(loss: StoreLoss): Promise<void> {
  console.error('losses: the browser cleared the storage of this device', loss)
  await writeValue('store_loss', loss)
}

/** Note what is held now. */
export async function noteKept(): Promise<void> {
  const counts: Record<string, number> = {}
  for (const name of await knownMailboxes()) counts[name] = (await (await openMailbox(name)).info()).doc_count
  current = { counts, pending: pendingCount.value, at: Date.now() }
  await writeValue('has_kept', true)
  writeNote()
}

/** Documents are about to leave by right: note the smaller number first, so that a crash raises no false alarm. */
export async function lowerKept(name: string, kept: number): Promise<void> {
  current = { ...current, counts: { ...current.counts, [name]: Math.min(kept, current.counts[name] ?? kept) } }
  writeNote()
}

/** Keep the note up to date; returns the way to stop. Only the tab that is the courier does. */
export function watchKept(): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined
  const later = () => {
    timer ??= setTimeout(() => {
      timer = undefined
      noteKept().catch((error: unknown) => console.error('losses: not noted', error))
    }, NOTE_AFTER_MS)
  }
  const stops = [onArrival(later), onDelivery(later)]
  later()
  return () => {
    stops.forEach((stop) => stop())
    clearTimeout(timer)
  }
}

