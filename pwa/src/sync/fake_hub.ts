// A hub for tests, behind `fetch`: databases with `_bulk_docs`, `_changes`, `_bulk_get`, `_revs_diff`, the clock and
// sessions. It can be cut off, refuse documents, and let tokens run out.
import type { StoredDocument } from './types'

interface Stored {
  seq: number
  document: StoredDocument
}

export class FakeHub {
  databases = new Map<string, Map<string, Stored>>()
  requests: { method: string; path: string; body: unknown; token: string | null }[] = []
  isCut = false
  validTokens = new Set<string>()
  renewal: 'granted' | 'refused' = 'granted'
  offsetMs = 0
  /** Gives the reason for which a document is refused in a database. */
  refuse: (database: string, document: StoredDocument) => { error: string; reason: string } | null = () => null
  /** Answers before anything else, where it gives one. */
  intercept: (path: string, body: unknown, signal: AbortSignal | null) => Promise<Response> | Response | null = () => null
  /** Photographs in pieces: what is here of each, by its address. Null for a hub that takes none. */
  uploads: Map<string, Uint8Array> | null = new Map()
  /** Cut the line after so many bytes of pieces have come in. */
  cutAfterBytes = Infinity
  private seq = 0

  readonly fetch = async (input: RequestInfo | URL, init: RequestInit = {}): Promise<Response> => {
    if (this.isCut) throw new TypeError('Failed to fetch')
    const url = new URL(String(input), 'http://hub.test')
    const headers = new Headers(init.headers)
    if (url.pathname.includes('/_uploads/')) return this.upload(url.pathname, init, headers)
    const body = await readBody(init.body ?? null, headers.get('Content-Encoding') === 'gzip')
    const token = headers.get('Authorization')?.replace('Bearer ', '') ?? null
    this.requests.push({ method: init.method ?? 'GET', path: url.pathname, body, token })
    const early = await this.intercept(url.pathname, body, init.signal ?? null)
    if (early) return early
    return this.answer(url, body as Record<string, unknown>, token)
  }

  private async upload(path: string, init: RequestInit, headers: Headers): Promise<Response> {
    const token = headers.get('Authorization')?.replace('Bearer ', '') ?? null
    const range = headers.get('Content-Range')
    this.requests.push({ method: init.method ?? 'GET', path, body: range, token })
    if (!this.uploads) return json(404, { error: 'not_found', reason: path })
    if (!token || !this.validTokens.has(token)) return json(401, { error: 'unauthorized', reason: 'token_expired: sign in again' })
    const have = this.uploads.get(path) ?? new Uint8Array()
    if (init.method === 'PATCH') return this.append(path, have, range!, new Uint8Array(await (init.body as Blob).arrayBuffer()))
    if (init.method !== 'POST') return json(200, { offset: have.length, complete: false })
    const { document, length } = JSON.parse(await unpacked(init, headers)) as { document: StoredDocument; length: number }
    if (have.length !== length) return json(409, { error: 'conflict', reason: 'send the others', offset: have.length })
    this.put(path.split('/')[2]!, { ...document, _attachments: { bytes: { content_type: 'image/jpeg', length } } })
    this.uploads.delete(path)
    return json(201, { ok: true, id: document._id, rev: document._rev })
  }

  private append(path: string, have: Uint8Array, range: string, bytes: Uint8Array): Response {
    const start = Number(/bytes (\d+)-/.exec(range)![1])
    if (start !== have.length) return json(409, { error: 'conflict', reason: 'go on from there', offset: have.length })
    const taken = bytes.slice(0, this.cutAfterBytes)
    this.cutAfterBytes -= taken.length
    this.uploads!.set(path, new Uint8Array([...have, ...taken]))
    if (taken.length < bytes.length) throw new TypeError('Failed to fetch')
    return json(202, { offset: have.length + taken.length })
  }

  pathsOf(part: string): string[] {
    return this.requests.filter((request) => request.path.includes(part)).map((request) => request.path)
  }

  has(database: string, id: string): boolean {
    return this.databases.get(database)?.has(id) ?? false
  }

  /** A document that came to the hub by another way. */
  put(database: string, document: StoredDocument): void {
    const rows = this.databases.get(database) ?? new Map<string, Stored>()
    this.databases.set(database, rows)
    if (!rows.has(document._id)) rows.set(document._id, { seq: ++this.seq, document: { ...document, _rev: document._rev ?? '1-abc' } })
  }

  private answer(url: URL, body: Record<string, unknown>, token: string | null): Response {
    if (url.pathname === '/api/clock') return json(200, { now_ms: Date.now() + this.offsetMs })
    if (url.pathname === '/api/session/renew') return this.renew()
    const [, database = '', call = ''] = /^\/db\/([^/]+)\/?(.*)$/.exec(url.pathname) ?? []
    const isAllowed = token !== null && (this.validTokens.has(token) || database.startsWith('quarantine_'))
    if (!isAllowed) return json(401, { error: 'unauthorized', reason: 'token_expired: sign in again' })
    if (call === '_bulk_docs') return json(201, this.bulkDocs(database, body.docs as StoredDocument[]))
    if (call === '_changes') return this.changes(database, url.searchParams)
    if (call === '_bulk_get') return this.bulkGet(database, body.docs as { id: string }[], url.searchParams.has('attachments'))
    if (call === '_revs_diff') return json(200, this.revsDiff(database, body as Record<string, string[]>))
    return json(404, { error: 'not_found', reason: url.pathname })
  }

  private renew(): Response {
    if (this.renewal === 'refused') return json(401, { error: 'unauthorized', reason: 'sign in again' })
    const token = `renewed-${this.requests.length}`
    this.validTokens.add(token)
    return json(200, { token, expires_at: new Date(Date.now() + 12 * 3600_000).toISOString() })
  }

  private bulkDocs(database: string, documents: StoredDocument[]): unknown[] {
    const failures: unknown[] = []
    for (const document of documents) {
      const refusal = this.refuse(database, document)
      if (refusal) failures.push({ id: document._id, rev: document._rev, ...refusal })
      else this.put(database, document)
    }
    return failures
  }

  private changes(database: string, asked: URLSearchParams): Response {
    const since = Number(asked.get('since') ?? 0)
    const rows = [...(this.databases.get(database)?.values() ?? [])].filter((row) => row.seq > since)
    const along = (document: StoredDocument) => (asked.get('include_docs') === 'true' ? { doc: document } : {})
    const results = rows.map(({ seq, document }) => ({ seq, id: document._id, changes: [{ rev: document._rev }], ...along(document) }))
    return json(200, { results, last_seq: rows.at(-1)?.seq ?? since })
  }

  private bulkGet(database: string, wanted: { id: string }[], withBytes: boolean): Response {
    const results = wanted.map(({ id }) => {
      const document = this.databases.get(database)?.get(id)?.document
      if (!document) return { id, docs: [{ error: { error: 'not_found', reason: 'missing' } }] }
      const [generation, hash] = document._rev!.split('-') as [string, string]
      const { _attachments, ...plain } = document
      const ok = { ...(withBytes ? document : plain), _revisions: { start: Number(generation), ids: [hash] } }
      return { id, docs: [{ ok }] }
    })
    return json(200, { results })
  }

  private revsDiff(database: string, asked: Record<string, string[]>): Record<string, { missing: string[] }> {
    const rows = this.databases.get(database)
    const missing = Object.entries(asked).filter(([id, revs]) => !revs.includes(rows?.get(id)?.document._rev ?? ''))
    return Object.fromEntries(missing.map(([id, revs]) => [id, { missing: revs }]))
  }
}

function json(status: number, body: unknown): Response {
  return new Response(JSON.stringify(body), { status, headers: { 'Content-Type': 'application/json' } })
}

async function unpacked(init: RequestInit, headers: Headers): Promise<string> {
  return JSON.stringify(await readBody(init.body ?? null, headers.get('Content-Encoding') === 'gzip'))
}

async function readBody(body: BodyInit | null, isGzipped: boolean): Promise<unknown> {
  if (body === null) return null
  if (!isGzipped) return JSON.parse(String(body))
  const stream = (body as Blob).stream().pipeThrough(new DecompressionStream('gzip'))
  return JSON.parse(await new Response(stream).text())
}
