// A device for tests: empty storage, a signed-in person, and a way to crash and start again.
import { Blob as NodeBlob } from 'node:buffer'
import { IDBFactory } from 'fake-indexeddb'
import { vi } from 'vitest'
import { setContact } from './contact'
import { resetClock } from './clock'
import { closeMailboxes } from './databases'
import { FakeHub } from './fake_hub'
import { setHubBase } from './hub'
import { forgetLedger } from './ledger'
import { closeOwnDatabases, writeValue } from './own_database'
import { forgetPushes } from './push'
import { forgetSession, restoreSession } from './session'
import type { Session } from './types'

/** Node's Blob can be cloned into a database, happy-dom's cannot; so its reader must read Node's. */
class BlobReader {
  result: string | ArrayBuffer | null = null
  onloadend: ((event: { target: BlobReader }) => void) | null = null

  readAsArrayBuffer(blob: NodeBlob): void {
    void blob.arrayBuffer().then((bytes) => this.finish(bytes as ArrayBuffer))
  }

  readAsBinaryString(blob: NodeBlob): void {
    void blob.arrayBuffer().then((bytes) => this.finish(Buffer.from(bytes as ArrayBuffer).toString('latin1')))
  }

  private finish(result: string | ArrayBuffer): void {
    this.result = result
    this.onloadend?.({ target: this })
  }
}

export function sessionOf(staff: string, mailboxes: string[], token = `token-${staff}`): Session {
  return {
    token,
    expiresAt: new Date(Date.now() + 12 * 3600_000).toISOString(),
    staff: { id: `s-${staff}`, name: staff, role: 'paramedic', sites: [], units: ['a101'] },
    device: { id: 'd-test', name: 'test' },
    databases: mailboxes.flatMap((name) => [
      { name, url: `/db/${name}`, lane: 'text' as const, access: 'write' as const },
      { name: `${name}-media`, url: `/db/${name}-media`, lane: 'media' as const, access: 'write' as const },
    ]),
    hub: { uuid: 'hub-1', name: 'test', demo: false },
  }
}

/** A new device with empty storage before a fake hub. */
export async function emptyDevice(): Promise<FakeHub> {
  await restart()
  globalThis.indexedDB = new IDBFactory()
  const hub = new FakeHub()
  setHubBase('http://hub.test')
  vi.stubGlobal('fetch', hub.fetch)
  vi.stubGlobal('Blob', NodeBlob)
  vi.stubGlobal('FileReader', BlobReader)
  Object.defineProperty(navigator, 'locks', { configurable: true, value: new TestLocks() })
  localStorage.clear()
  setContact({ connected: false, lastContactAt: null })
  return hub
}

export async function signInAs(hub: FakeHub, session: Session): Promise<void> {
  hub.validTokens.add(session.token)
  await writeValue('session', { session, renewalRefused: false })
  forgetSession()
  await restoreSession()
}

/** What a crash and a new start leave: the databases, and nothing that was only in memory. */
export async function restart(): Promise<void> {
  await closeMailboxes()
  await closeOwnDatabases()
  forgetLedger()
  forgetPushes()
  forgetSession()
  resetClock()
}

/** Web Locks in memory, as far as the app uses them: Node has none, and a test is one tab, or plays several. */
export class TestLocks {
  private readonly held = new Map<string, { mode: LockMode; count: number }>()
  private readonly waiting: (() => void)[] = []

  async request(name: string, options: LockOptions, work: (lock: Lock | null) => unknown): Promise<unknown> {
    const mode = options.mode ?? 'exclusive'
    const isFree = () => !this.held.has(name) || (mode === 'shared' && this.held.get(name)!.mode === 'shared')
    if (!isFree() && options.ifAvailable) return work(null)
    while (!isFree()) await new Promise<void>((resolve) => this.waiting.push(resolve))
    const entry = this.held.get(name) ?? { mode, count: 0 }
    this.held.set(name, { mode, count: entry.count + 1 })
    try {
      return await work({ name, mode } as Lock)
    } finally {
      const now = this.held.get(name)!
      if (now.count === 1) this.held.delete(name)
      else this.held.set(name, { ...now, count: now.count - 1 })
      this.waiting.splice(0).forEach((wake) => wake())
    }
  }
}
