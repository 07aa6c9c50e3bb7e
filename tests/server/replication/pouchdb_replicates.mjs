// Unmodified PouchDB 9 against a live hub. Reads {url, token, nurse, documents, renditions, more} from standard
// input; writes what it found as JSON to standard output.
import { createRequire } from 'node:module'

const require = createRequire(new URL('../../../pwa/package.json', import.meta.url))
const load = (name) => { const module = require(name); return module.default ?? module }
const PouchDB = load('pouchdb-core')
for (const plugin of ['pouchdb-adapter-memory', 'pouchdb-adapter-http', 'pouchdb-replication']) PouchDB.plugin(load(plugin))

const chunks = []
for await (const chunk of process.stdin) chunks.push(chunk)
const task = JSON.parse(Buffer.concat(chunks).toString())

function remote(name, token) {
  return new PouchDB(`${task.url}/db/${name}`, {
    skip_setup: true,
    fetch(url, options) {
      options.headers.set('Authorization', `Bearer ${token}`)
      requests.push(`${options.method ?? 'GET'} ${new URL(url).pathname}`)
      return PouchDB.fetch(url, options)
    },
  })
}

const requests = []
const found = {}
const phone = new PouchDB('phone', { adapter: 'memory' })
const phoneMedia = new PouchDB('phone-media', { adapter: 'memory' })
await phone.bulkDocs(task.documents, { new_edits: false })
await phoneMedia.bulkDocs(task.renditions, { new_edits: false })

const pushed = await phone.replicate.to(remote('unit_a101', task.token), { batch_size: 5 })
const pushedMedia = await phoneMedia.replicate.to(remote('unit_a101-media', task.token))
found.pushed = [pushed.docs_written, pushed.doc_write_failures, pushedMedia.docs_written]

requests.length = 0
const again = await phone.replicate.to(remote('unit_a101', task.token), { batch_size: 5 })
found.again = [again.docs_read, again.docs_written]
found.againAsked = requests.some((one) => one.includes('_revs_diff'))

const tablet = new PouchDB('tablet', { adapter: 'memory' })
const tabletMedia = new PouchDB('tablet-media', { adapter: 'memory' })
const pulled = await tablet.replicate.from(remote('site_county', task.nurse), { batch_size: 3 })
await tabletMedia.replicate.from(remote('site_county-media', task.nurse))
found.pulled = pulled.docs_written
found.documents = (await tablet.allDocs({ include_docs: true })).rows.map((row) => row.doc)
const first = task.renditions[0]._id
const bytes = await tabletMedia.getAttachment(first, 'bytes')
found.bytes = Buffer.from(bytes).toString('base64')
found.digest = (await tabletMedia.get(first))._attachments.bytes.digest

await tablet.bulkDocs(task.more, { new_edits: false })
const answered = await tablet.replicate.to(remote('site_county', task.nurse))
await phone.replicate.from(remote('unit_a101', task.token))
found.answered = answered.docs_written
found.onPhone = (await phone.allDocs()).rows.map((row) => row.id)

await phone.put({ ...task.documents[0], _rev: task.documents[0]._rev, body: { changed: true } })
const denied = []
const replication = phone.replicate.to(remote('unit_a101', task.token))
replication.on('denied', (one) => denied.push([one.name, one.id]))
const refused = await replication
found.denied = denied
found.refused = [refused.ok, refused.doc_write_failures]

const live = tablet.replicate.from(remote('site_county', task.nurse), { live: true, heartbeat: 1000 })
const arrived = new Promise((resolve) => live.on('change', (change) => resolve(change.docs.map((doc) => doc._id))))
await new Promise((resolve) => live.once('paused', resolve))
await phone.bulkDocs(task.last, { new_edits: false })
await phone.replicate.to(remote('unit_a101', task.token))
found.live = await arrived
live.cancel()

process.stdout.write(JSON.stringify(found), () => process.exit(0))
