// Behind the courier's quick ways: PouchDB's own replicator compares a mailbox with the hub now and then, by its own
// checkpoints, and finds what a fault of ours (or a restored hub) left out. What it carries enters the ledger only by
// the hub's answer to _revs_diff: a checkpoint is not delivery.
import { announce } from './changes'
import { isMediaDatabase, knownMailboxes, openMailbox, readIds } from './databases'
import { handleOf } from './handle'
import { HubUnreachable, hubAddress, reasonOf } from './hub'
import { expectDelivery, hasRow, markDelivered, markMissing, rowOf } from './ledger'
import { readValue, writeValue } from './own_database'
import { forgetCheckpoint } from './pull'
import { askSigned, mayWrite, session } from './session'
import { mediaTwin, textTwin, type Lane, type StoredDocument } from './types'

const IDS_AT_ONCE = 500

type RevisionsMissing = Record<string, { missing?: string[] }>

/** Documents of a local database that have no row: a crash came between storing them and the ledger. They wait. */
export async function expectUnrecorded(database: string): Promise<void> {
  const lane: Lane = isMediaDatabase(database) ? 'media' : 'text'
  const unknown = (await readIds(database)).filter((id) => id.startsWith('encounter:') && !hasRow(id))
  await expectDelivery(unknown.map((id) => ({ id, mailbox: database, lane, rank: lane === 'media' ? 3 : 0, bytes: 0 })))
}

/** Ask the hub which documents of a local database it has; the ledger follows its answer both ways. */
export async function compareWithHub(database: string): Promise<void> {
  const local = await (await openMailbox(database)).allDocs()
  const lane: Lane = isMediaDatabase(database) ? 'media' : 'text'
  const rows = local.rows.filter((row) => row.id.startsWith('encounter:') && row.value)
  for (let at = 0; at < rows.length; at += IDS_AT_ONCE) {
    const page = rows.slice(at, at + IDS_AT_ONCE)
    const answer = await askSigned<RevisionsMissing>(`/db/${encodeURIComponent(database)}/_revs_diff`, {
      method: 'POST',
      body: Object.fromEntries(page.map((row) => [row.id, [row.value!.rev]])),
      expectBytes: page.length * 120,
    })
    if (!answer.ok) throw new HubUnreachable(`${database}/_revs_diff: ${reasonOf(answer)}`)
    const missing = page.filter((row) => answer.body[row.id]?.missing?.length).map((row) => row.id)
    const present = page.filter((row) => !answer.body[row.id]?.missing?.length).map((row) => row.id)
    // Refused and quarantined documents are missing by right: they keep their state and their reason.
    await markMissing(missing.filter((id) => rowOf(id)?.state === 'hub'))
    await markDelivered(present.filter((id) => rowOf(id)?.state !== 'hub').map((id) => ({ id, mailbox: database, lane })))
  }
}

/**
 * Ask whether the hub is another one than last time (restored from a backup, moved): then what it said before no longer
 * counts, and both lanes are compared anew. It is known only when all of that is done: broken off, it begins again.
 */
export async function meetHub(mailboxes: readonly string[]): Promise<void> {
  const answer = await askSigned<{ uuid?: string }>('/db/')
  if (!answer.ok || !answer.body.uuid) throw new HubUnreachable(`/db/: ${reasonOf(answer)}`)
  const known = await readValue<string>('hub_uuid')
  if (known !== undefined && known !== answer.body.uuid) {
    for (const name of mailboxes.flatMap((mailbox) => [mailbox, mediaTwin(mailbox)])) {
      await forgetCheckpoint(name)
      await compareWithHub(name)
    }
    await expectAgainFromOthers(mailboxes)
  }
  if (known !== answer.body.uuid) await writeValue('hub_uuid', answer.body.uuid)
}

/**
 * Documents in mailboxes that this session may not ask about: somebody else's, from an earlier shift. They wait again, and
 * go through the quarantine, where a hub that has them already takes them for once.
 */
async function expectAgainFromOthers(mailboxes: readonly string[]): Promise<void> {
  for (const name of await knownMailboxes()) {
    if (mailboxes.includes(textTwin(name))) continue
    await markMissing((await readIds(name)).filter((id) => rowOf(id)?.state === 'hub'))
  }
}

/** Let PouchDB's replicator go over a text mailbox, once, both ways. */
export async function replicateOnce(mailbox: string): Promise<void> {
  const { PouchDB } = await import('./pouch')
  const remote = new PouchDB(hubAddress(`/db/${encodeURIComponent(mailbox)}`), {
    skip_setup: true,
    fetch: (url: string | Request, options?: RequestInit) => {
      const headers = new Headers(options?.headers)
      headers.set('Authorization', `Bearer ${session.value?.token ?? ''}`)
      return fetch(url, { ...options, headers, credentials: 'omit' })
    },
  } as PouchDB.Configuration.RemoteDatabaseConfiguration)
  await openMailbox(mailbox)
  await handleOf(mailbox).use((raw) => replicateWith(mailbox, raw as unknown as PouchDB.Database, remote))
}

async function replicateWith(mailbox: string, local: PouchDB.Database, remote: PouchDB.Database): Promise<void> {
  const arrived: StoredDocument[] = []
  const down = local.replicate.from(remote, { batch_size: 200, batches_limit: 2 })
  down.on('change', (info) => arrived.push(...(info.docs as unknown as StoredDocument[])))
  await down
  await markDelivered(arrived.map(({ _id }) => ({ id: _id, mailbox, lane: 'text' as const })))
  announce({ mailbox, ids: arrived.map(({ _id }) => _id), source: 'hub', documents: arrived })
  if (mayWrite(mailbox)) await local.replicate.to(remote, { batch_size: 200, batches_limit: 2 })
}
