// A local database as the rest of the app holds it. Behind one handle the database may change its generation
// (generations.ts): operations that run then end first, later ones wait, and nobody keeps a dead database in hand.
// Every tab holds a shared lock while it has a database open, so that a switch of generations knows that it is alone.
import { spendReserve } from '@/device/reserve'
import { enforceStrictDurability, isStorageFull, noteFull } from '@/device/storage'
import { generationOf, localName } from './generation_names'
import type { LocalDatabase, RawDatabase } from './local_database'
import { hearTabs } from './tabs'

/** Longest time for which a switch may hold up an operation. A switch that has to wait longer is put off. */
const PATIENCE_MS = 500

export function lockName(name: string): string {
  return `greenlane-store:${name}`
}

/** Open a generation's own database. Only handles and the making of generations do. */
export async function openRaw(local: string): Promise<RawDatabase> {
  enforceStrictDurability()
  const { PouchDB } = await import('./pouch')
  return new PouchDB(local, { adapter: 'idb', revs_limit: 20 }) as unknown as RawDatabase
}

/** Hold the shared lock of a database; resolves with the way to let it go. */
function holdShared(name: string): Promise<() => void> {
  const locks = navigator.locks as LockManager | undefined
  if (!locks) return Promise.resolve(() => undefined) // a page without TLS: nothing is ever dropped there
  return new Promise((resolve, reject) => {
    locks.request(lockName(name), { mode: 'shared' }, () => new Promise<void>((release) => resolve(release))).catch(reject)
  })
}

/** The connection to the database is gone: a refused write, or the browser closed it. */
function isBroken(error: unknown): boolean {
  const { name } = (error ?? {}) as { name?: unknown }
  return isStorageFull(error) || name === 'indexed_db_went_bad' || name === 'InvalidStateError'
}

interface Opened {
  raw: RawDatabase
  unlock: () => void
}

export class MailboxHandle implements LocalDatabase {
  private opened: Promise<Opened> | null = null
  private running = 0
  private idle: (() => void)[] = []
  private barrier: Promise<void> | null = null

  constructor(readonly name: string) {}

  /** Do something with the database of the present generation. On a full device the reserve is spent for it. */
  async use<Result>(work: (raw: RawDatabase) => Promise<Result>): Promise<Result> {
    try {
      return await this.useOnce(work)
    } catch (error) {
      if (!isStorageFull(error) || !(await spendReserve())) throw error
      noteFull(true)
      return this.useOnce(work)
    }
  }

  private async useOnce<Result>(work: (raw: RawDatabase) => Promise<Result>): Promise<Result> {
    while (this.barrier) await this.barrier
    this.running += 1
    let opened: Promise<Opened> | null = null
    try {
      opened = this.open()
      return await work((await opened).raw)
    } catch (error) {
      if (isBroken(error)) this.discard(opened)
      throw error
    } finally {
      this.running -= 1
      if (this.running === 0) this.idle.splice(0).forEach((wake) => wake())
    }
  }

  /** After a write that the disk refused PouchDB answers nothing any more: the next operation opens it anew. */
  private discard(broken: Promise<Opened> | null): void {
    if (!broken || this.opened !== broken) return
    this.opened = null
    broken
      .then(async ({ raw, unlock }) => {
        unlock()
        await raw.close()
      })
      .catch((error: unknown) => console.warn(`${this.name}: not closed`, error))
  }

  private open(): Promise<Opened> {
    if (!this.opened) {
      const opening = this.openPresent()
      this.opened = opening
      opening.catch(() => {
        if (this.opened === opening) this.opened = null // the caller has the error; the next one tries again
      })
    }
    return this.opened
  }

  private async openPresent(): Promise<Opened> {
    const unlock = await holdShared(this.name)
    try {
      return { raw: await openRaw(localName(this.name, await generationOf(this.name))), unlock }
    } catch (error) {
      unlock()
      throw error
    }
  }

  /** Close the database and let its lock go; the next operation opens what is then the present generation. False when busy. */
  async letGo(patienceMs = PATIENCE_MS): Promise<boolean> {
    let lift: () => void = () => undefined
    this.barrier = new Promise((resolve) => {
      lift = resolve
    })
    try {
      if (!(await this.isIdleWithin(patienceMs))) return false
      const opened = this.opened
      this.opened = null
      if (opened) {
        const { raw, unlock } = await opened
        await raw.close()
        unlock()
      }
      return true
    } finally {
      this.barrier = null
      lift()
    }
  }

  private isIdleWithin(patienceMs: number): Promise<boolean> {
    if (this.running === 0) return Promise.resolve(true)
    return new Promise((resolve) => {
      const giveUp = setTimeout(() => resolve(false), patienceMs)
      this.idle.push(() => {
        clearTimeout(giveUp)
        resolve(this.running === 0)
      })
    })
  }

  bulkDocs: LocalDatabase['bulkDocs'] = (documents, options) => this.use((raw) => raw.bulkDocs(documents, options ?? { new_edits: true }))
  allDocs: LocalDatabase['allDocs'] = (options = {}) => this.use((raw) => raw.allDocs(options))
  get: LocalDatabase['get'] = (id, options = {}) => this.use((raw) => raw.get(id, options))
  getAttachment: LocalDatabase['getAttachment'] = (id, name) => this.use((raw) => raw.getAttachment(id, name))
  info: LocalDatabase['info'] = () => this.use((raw) => raw.info())
}

const handles = new Map<string, MailboxHandle>()

/** The one handle of this page for a database. */
export function handleOf(name: string): MailboxHandle {
  const handle = handles.get(name) ?? new MailboxHandle(name)
  handles.set(name, handle)
  return handle
}

hearTabs((message) => {
  if (message.type !== 'let_go') return
  handles.get(message.database)?.letGo().catch((error: unknown) => console.error(`${message.database}: not closed`, error))
})

/** Close everything, for tests. */
export async function closeHandles(): Promise<void> {
  for (const handle of handles.values()) await handle.letGo(10_000)
  handles.clear()
}
