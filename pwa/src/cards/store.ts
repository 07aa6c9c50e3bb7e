/** What the card screens use: the set-up of the models, and the reader in its worker. */
import runtimeScript from 'onnxruntime-web/ort-wasm-simd-threaded.mjs?url'
import type { CardReading, Order, PictureProblem, Report } from './messages'
import { readyFiles } from './models'

export { checkModels, fetchModels, pauseModels, setUp, type SetUp } from './models'
export type { CardReading, FoundField, PictureProblem } from './messages'

export type ReadOutcome =
  | { outcome: 'read'; reading: CardReading }
  | { outcome: 'unreadable'; problem: PictureProblem }
  | { outcome: 'no_models' }
  | { outcome: 'failed'; reason: string }

/** More threads than this gain nothing on strips of text. */
const MOST_THREADS = 4
/** A hard photograph takes seconds on a slow phone; a worker that is silent for this long hangs. */
const READ_MS = 60_000
/** The models take 150 MB while they are open: they go when nobody reads. */
const IDLE_MS = 120_000

interface Running {
  worker: Worker
  opened: Promise<void>
  waiting: Map<number, (outcome: ReadOutcome) => void>
}
let running: Promise<Running | null> | null = null
let idle: ReturnType<typeof setTimeout> | undefined
let lastId = 0

/** As many as the browser shares memory between; of many processors one is left for the screen. */
function threads(): number {
  const processors = navigator.hardwareConcurrency || 1
  if (!globalThis.crossOriginIsolated || processors < 2) return 1
  return Math.max(2, Math.min(MOST_THREADS, processors - 1))
}

async function start(): Promise<Running | null> {
  const files = await readyFiles()
  if (!files) return null
  const sha256 = (name: string) => files.find((file) => file.name === name)!.sha256
  const worker = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module', name: 'cards' })
  const waiting = new Map<number, (outcome: ReadOutcome) => void>()
  const opened = new Promise<void>((resolve, reject) => {
    worker.addEventListener('message', ({ data }: MessageEvent<Report>) => {
      if (data.kind === 'opened') resolve()
      else if (data.kind === 'not_opened') reject(new Error(data.reason))
      else settle(waiting, data)
    })
    worker.addEventListener('error', (event) => {
      reject(new Error(event.message || 'the reader does not start'))
      for (const id of waiting.keys()) settle(waiting, { kind: 'failed', id, reason: event.message })
    })
  })
  opened.catch(() => stopReader()) // whoever reads is told; the next reading starts anew
  const order: Order = {
    kind: 'open',
    runtimeScript: new URL(runtimeScript, location.href).href,
    files: { runtime: sha256('runtime'), detection: sha256('detection'), reading: sha256('reading') },
    threads: threads(),
  }
  worker.postMessage(order)
  return { worker, opened, waiting }
}

function settle(waiting: Running['waiting'], report: Extract<Report, { id: number }>): void {
  const answer = waiting.get(report.id)
  waiting.delete(report.id)
  if (report.kind === 'read') answer?.({ outcome: 'read', reading: report.reading })
  else if (report.kind === 'unreadable') answer?.({ outcome: 'unreadable', problem: report.problem })
  else answer?.({ outcome: 'failed', reason: report.reason })
}

/** Open the models while the camera is being aimed. */
export async function warmReader(): Promise<void> {
  clearTimeout(idle)
  running ??= start()
  await (await running)?.opened
}

/** The screen is left: the models stay for a while, for the other side of the card. */
export function leaveReader(): void {
  clearTimeout(idle)
  idle = setTimeout(stopReader, IDLE_MS)
}

function stopReader(): void {
  const ending = running
  running = null
  void ending?.then((one) => one?.worker.terminate())
}

/** Read a photograph. `today` is the date in China. Every outcome is a value. */
export async function readPicture(picture: Blob | ImageBitmap, today: string): Promise<ReadOutcome> {
  try {
    await warmReader()
  } catch (error) {
    return { outcome: 'failed', reason: error instanceof Error ? error.message : String(error) }
  }
  const reader = await running
  if (!reader) {
    running = null
    return { outcome: 'no_models' }
  }
  const id = ++lastId
  return new Promise((resolve) => {
    const giveUp = setTimeout(() => {
      stopReader()
      resolve({ outcome: 'failed', reason: 'timeout' })
    }, READ_MS)
    reader.waiting.set(id, (outcome) => {
      clearTimeout(giveUp)
      resolve(outcome)
    })
    const order: Order = { kind: 'read', id, picture, today }
    reader.worker.postMessage(order, picture instanceof Blob ? [] : [picture])
  })
}
