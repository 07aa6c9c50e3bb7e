// Forgetting documents. PouchDB's idb adapter has no purge, and a deletion would be a fact of its own; so what is kept is
// copied into the next generation of the local database, compared, and one durable write makes that the present one.
//
//   1 journal   which generation is being made, and what it leaves out
//   2 copy      everything that is kept, with revisions and bytes, while the old one stays in use
//   3 alone     other tabs let go; what was written meanwhile is copied; ids, revisions and digests are compared
//   4 switch    one write
//   5 after     the old one is destroyed, then the journal
// Stopped between any two steps, `recover` finishes what was switched and undoes what was not.
import { handleOf, lockName, openRaw } from './handle'
import { generationOf, localName, setGeneration } from './generation_names'
import type { RangeRow, RawDatabase } from './local_database'
import { readValue, removeValue, writeValue } from './own_database'
import { tellTabs } from './tabs'
import type { StoredDocument } from './types'

/** Documents that may be left out, by id, each in exactly this revision. */
export type Leaving = ReadonlyMap<string, string>

/** What is being left out, for whoever must clean up after the switch, also after a crash. */
export interface Journal {
  from: number
  to: number
  dropped: string[]
  /** The hub released these for good: the ledger may forget them too. */
  isRelease: boolean
}

export type Step = 'journal' | 'copy' | 'compare' | 'switch' | 'clean' | 'destroy'

export interface MakingOptions {
  isRelease: boolean
  /** Called before the switch, with what the kept database will hold. */
  beforeSwitch?: (kept: number) => Promise<void>
  /** Called after the switch, and again by `recover` if a crash came in between. */
  clean: (name: string, journal: Journal) => Promise<void>
  /** For tests: throws where a crash would come. */
  onStep?: (done: Step) => void
}

/** The copy is not what it was made from. The old generation stays. */
export class CopyDiffers extends Error {
  override name = 'CopyDiffers'
}

const AT_ONCE = 40
const LET_GO_MS = 150
const journalName = (name: string) => `rebuild:${name}`

/** Make the next generation of a local database without these documents. False when it must be tried later. */
export async function leaveOut(name: string, leaving: Leaving, options: MakingOptions): Promise<boolean> {
  if (!(navigator.locks as LockManager | undefined)) return false // nobody could say that no other tab writes meanwhile
  await recover(name, options.clean)
  const from = await generationOf(name)
  const journal: Journal = { from, to: from + 1, dropped: [...leaving.keys()], isRelease: options.isRelease }
  await writeValue(journalName(name), journal)
  options.onStep?.('journal')
  const target = await openRaw(localName(name, journal.to))
  let isSwitched = false
  try {
    const since = await handleOf(name).use((raw) => copyAll(raw, target, leaving))
    options.onStep?.('copy')
    isSwitched = await whileAlone(name, () => finishCopy(name, journal, target, leaving, since, options))
  } finally {
    await target.close()
  }
  await recover(name, options.clean, options.onStep)
  return isSwitched
}

async function finishCopy(
  name: string,
  journal: Journal,
  target: RawDatabase,
  leaving: Leaving,
  since: number | string,
  options: MakingOptions,
): Promise<void> {
  const source = await openRaw(localName(name, journal.from))
  try {
    const written = await source.changes({ since })
    await copyThese(source, target, written.results.map(({ id }) => id), leaving)
    const kept = await compare(source, target, leaving)
    options.onStep?.('compare')
    await options.beforeSwitch?.(kept)
  } finally {
    await source.close()
  }
  await setGeneration(name, journal.to)
  options.onStep?.('switch')
}

/** Finish or undo what an earlier page began. Only the tab that is the courier does. */
export async function recover(name: string, clean: MakingOptions['clean'], onStep?: (done: Step) => void): Promise<void> {
  const journal = await readValue<Journal>(journalName(name))
  if (!journal) return
  const isSwitched = (await generationOf(name)) === journal.to
  if (isSwitched) {
    await clean(name, journal)
    onStep?.('clean')
  }
  await (await openRaw(localName(name, isSwitched ? journal.from : journal.to))).destroy()
  onStep?.('destroy')
  await removeValue(journalName(name))
}

/** Do it while no tab has the database open. False, and nothing done, when one of them cannot let go now. */
async function whileAlone(name: string, work: () => Promise<void>): Promise<boolean> {
  tellTabs({ type: 'let_go', database: name })
  if (!(await handleOf(name).letGo())) return false
  await new Promise((resolve) => setTimeout(resolve, LET_GO_MS))
  // This tab's own reader may have opened it again in the meantime: then the lock is not available, and it waits.
  await handleOf(name).letGo()
  return navigator.locks.request(lockName(name), { mode: 'exclusive', ifAvailable: true }, async (lock) => {
    if (!lock) return false
    await work()
    return true
  })
}

const isLeaving = (row: RangeRow, leaving: Leaving) => leaving.get(row.id) === row.value?.rev

async function copyAll(source: RawDatabase, target: RawDatabase, leaving: Leaving): Promise<number | string> {
  const { update_seq: since } = await source.info()
  const { rows } = await source.allDocs()
  await copyThese(source, target, rows.map(({ id }) => id), leaving)
  return since
}

async function copyThese(source: RawDatabase, target: RawDatabase, ids: string[], leaving: Leaving): Promise<void> {
  for (let at = 0; at < ids.length; at += AT_ONCE) {
    const { rows } = await source.allDocs({ keys: ids.slice(at, at + AT_ONCE), conflicts: true, include_docs: true })
    const kept = rows.filter((row) => row.doc && !isLeaving(row, leaving))
    const documents: StoredDocument[] = []
    for (const row of kept) documents.push(...(await leavesOf(source, row)))
    const results = await target.bulkDocs(documents, { new_edits: false })
    const failed = results.find((result) => result.error)
    if (failed) throw new CopyDiffers(`${failed.id}: ${failed.message ?? 'not stored'}`)
  }
}

/** A document with its history and bytes; each of its revisions, should there be more than one. */
async function leavesOf(source: RawDatabase, row: RangeRow): Promise<StoredDocument[]> {
  const revisions = [row.value!.rev, ...((row.doc!._conflicts as string[] | undefined) ?? [])]
  const whole = (rev: string) => source.get(row.id, { rev, revs: true, attachments: true, binary: true })
  return Promise.all(revisions.map(whole))
}

/** Compare ids, revisions and the digests of bytes. Resolves with the number of documents kept. */
async function compare(source: RawDatabase, target: RawDatabase, leaving: Leaving): Promise<number> {
  const expected = (await source.allDocs({ include_docs: true })).rows.filter((row) => !isLeaving(row, leaving))
  const copied = new Map((await target.allDocs({ include_docs: true })).rows.map((row) => [row.id, fingerprint(row)]))
  if (copied.size !== expected.length) throw new CopyDiffers(`${copied.size} documents instead of ${expected.length}`)
  for (const row of expected) {
    if (copied.get(row.id) !== fingerprint(row)) throw new CopyDiffers(`${row.id} differs`)
  }
  return expected.length
}

function fingerprint(row: RangeRow): string {
  const attachments = Object.entries(row.doc?._attachments ?? {}).map(([name, { digest, length }]) => `${name} ${digest} ${length}`)
  return [row.value?.rev, ...attachments.sort()].join('|')
}
