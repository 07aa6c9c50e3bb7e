// One question to the hub and its answer: base address, timeouts that fit the size, gzip, and the truth of contact.
// Whose token goes along, and what to do with a 401, is session.ts.
import { hubAnswered, hubSilent } from './contact'

/** No answer: no network, a stalled connection, something that is not the hub. Try again later. */
export class HubUnreachable extends Error {
  override name = 'HubUnreachable'
}

export interface Question {
  method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  body?: unknown
  /** Bytes that are sent as they are, instead of a body. */
  bytes?: Blob
  headers?: Record<string, string>
  token?: string | null
  /** Bytes that the answer may have; longer answers get a longer time. */
  expectBytes?: number
  signal?: AbortSignal
}

export interface Answer<Body = unknown> {
  status: number
  ok: boolean
  body: Body
  retryAfterSeconds: number | null
}

/** CouchDB's shape of a refusal, the hub's one wire shape. */
export interface Refusal {
  error: string
  reason: string
}

const PATIENCE_MS = 12_000
/** Slower than this a connection counts as stalled: a third of the worst link that we plan for (100 kbit/s). */
const SLOWEST_BYTES_PER_SECOND = 4_000
const GZIP_FROM_BYTES = 600
/** Answers of proxies that stand in for a hub which does not answer. */
const PROXY_STATUS = new Set([502, 503, 504])

let base = typeof location === 'undefined' ? '' : location.origin

/** Where the hub is. The app is served by its hub, so only tests and tools set it. */
export function setHubBase(address: string): void {
  base = address.replace(/\/$/, '')
}

export function hubAddress(path: string): string {
  return base + path
}

/** How long a request of this size may take before its connection counts as stalled. */
export function patienceMs(bytes: number): number {
  return PATIENCE_MS + Math.ceil((bytes / SLOWEST_BYTES_PER_SECOND) * 1000)
}

async function gzip(text: string): Promise<Blob> {
  const stream = new Blob([text]).stream().pipeThrough(new CompressionStream('gzip'))
  return new Response(stream).blob()
}

async function packBody(body: unknown, headers: Headers): Promise<{ payload: BodyInit | undefined; bytes: number }> {
  if (body === undefined) return { payload: undefined, bytes: 0 }
  const text = JSON.stringify(body)
  headers.set('Content-Type', 'application/json')
  if (text.length < GZIP_FROM_BYTES || typeof CompressionStream === 'undefined') {
    return { payload: text, bytes: text.length }
  }
  const packed = await gzip(text)
  headers.set('Content-Encoding', 'gzip')
  return { payload: packed, bytes: packed.size }
}

const underWay = new Set<{ startedAt: number; stop: AbortController }>()

/** Give up requests that hang since before a change of network: their connection is most likely dead. */
export function dropHangingRequests(olderThanMs = 3_000, now = Date.now()): void {
  for (const request of underWay) if (now - request.startedAt > olderThanMs) request.stop.abort()
}

/** Ask the hub. Resolves with its answer, whatever the status; throws HubUnreachable when there is none. */
export async function askHub<Body = unknown>(path: string, question: Question = {}): Promise<Answer<Body>> {
  const headers = new Headers({ ...question.headers, Accept: 'application/json' })
  if (question.token) headers.set('Authorization', `Bearer ${question.token}`)
  const { payload, bytes } = question.bytes
    ? { payload: question.bytes, bytes: question.bytes.size }
    : await packBody(question.body, headers)
  const request = { startedAt: Date.now(), stop: new AbortController() }
  const giveUp = setTimeout(() => request.stop.abort(), patienceMs(bytes + (question.expectBytes ?? 0)))
  const stopToo = () => request.stop.abort()
  if (question.signal?.aborted) stopToo()
  question.signal?.addEventListener('abort', stopToo)
  underWay.add(request)
  try {
    const response = await fetch(hubAddress(path), {
      method: question.method ?? 'GET',
      headers,
      body: payload,
      signal: request.stop.signal,
      cache: 'no-store',
      credentials: 'omit',
    })
    return await readAnswer<Body>(response)
  } catch (error) {
    // Our own lanes stop a photo when text waits; that says nothing about the hub.
    if (!question.signal?.aborted) hubSilent()
    if (error instanceof HubUnreachable) throw error
    throw new HubUnreachable(`${question.method ?? 'GET'} ${path}: no answer`, { cause: error })
  } finally {
    clearTimeout(giveUp)
    question.signal?.removeEventListener('abort', stopToo)
    underWay.delete(request)
  }
}

async function readAnswer<Body>(response: Response): Promise<Answer<Body>> {
  if (PROXY_STATUS.has(response.status)) throw new HubUnreachable(`a proxy answered ${response.status}`)
  const text = await response.text()
  let body: unknown = null
  try {
    body = text === '' ? null : JSON.parse(text)
  } catch (error) {
    // The sign-in page of a guest network answers 200 with HTML. That is no hub.
    throw new HubUnreachable(`the answer (${response.status}) is not the hub's`, { cause: error })
  }
  hubAnswered()
  const wait = Number(response.headers.get('Retry-After'))
  return {
    status: response.status,
    ok: response.ok,
    body: body as Body,
    retryAfterSeconds: Number.isFinite(wait) && wait > 0 ? wait : null,
  }
}

/** The reason in an answer that is a refusal, for a person to read. */
export function reasonOf(answer: Answer): string {
  const body = answer.body as Partial<Refusal> | null
  return body?.reason ?? body?.error ?? `status ${answer.status}`
}
