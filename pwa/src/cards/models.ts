/** Setting up card reading on this phone: what is here, fetching what is missing, pausing, going on. */
import { ref, watch, type Ref } from 'vue'
import { engineFile } from 'virtual:card-engine'
import { askHub, hubAddress, HubUnreachable, reasonOf } from '../sync/hub'
import { pendingTextCount } from '../sync/ledger'
import { completeFile, dropOthers, hasFile, keepModelList, keepPiece, knownModels, markSetUp, PIECE_BYTES, piecesOf, storedPieces, wasSetUp, type ModelFile } from './model_files'

export type SetUp =
  | { step: 'unknown' | 'absent' | 'ready'; done: number; total: number }
  | { step: 'fetching' | 'paused' | 'after_text'; done: number; total: number }
  | { step: 'failed'; done: number; total: number; problem: 'no_network' | 'damaged' | 'insecure' | 'refused' | 'full'; reason: string }

/** About what is fetched before the hub has said it exactly. */
const EXPECTED_BYTES = 19_300_000
export const setUp: Ref<SetUp> = ref({ step: 'unknown', done: 0, total: EXPECTED_BYTES })
let stop: AbortController | null = null

/** The files that this version of the app reads with; null before the hub was asked once. */
async function wantedFiles(): Promise<ModelFile[] | null> {
  const models = await knownModels()
  return models && [engineFile, ...models]
}

/** Whether everything is here; the files if so. */
export async function readyFiles(): Promise<ModelFile[] | null> {
  const files = await wantedFiles()
  if (!files) return null
  const here = await Promise.all(files.map(hasFile))
  return here.every(Boolean) ? files : null
}

async function countBytes(files: readonly ModelFile[]): Promise<{ done: number; total: number }> {
  let done = 0
  for (const file of files) done += (await hasFile(file)) ? file.bytes : Math.min(file.bytes, (await storedPieces(file)).size * PIECE_BYTES)
  return { done, total: files.reduce((sum, file) => sum + file.bytes, 0) }
}

/** Look what this phone has. */
export async function checkModels(): Promise<void> {
  if (stop) return // a fetch is under way and tells by itself
  const files = await wantedFiles()
  if (!files) {
    setUp.value = { step: 'absent', done: 0, total: EXPECTED_BYTES }
    return
  }
  const bytes = await countBytes(files)
  setUp.value = { step: (await readyFiles()) ? 'ready' : bytes.done > 0 ? 'paused' : 'absent', ...bytes }
}

class Stopped extends Error {}
class Damaged extends Error {}
class Refused extends Error {}

export function pauseModels(): void {
  stop?.abort()
}

/** Fetch what is missing; the outcome is in `setUp`. A second call while one is under way does nothing. */
export async function fetchModels(): Promise<void> {
  if (stop) return
  if (!globalThis.crypto?.subtle) {
    setUp.value = { ...setUp.value, step: 'failed', problem: 'insecure', reason: '' }
    return
  }
  const mine = new AbortController()
  stop = mine
  setUp.value = { step: 'fetching', done: setUp.value.done, total: setUp.value.total }
  try {
    await keepModelList(await askForList())
    const files = (await wantedFiles())!
    for (const file of files) await fetchFile(file, files, mine.signal)
    await dropOthers(files)
    await markSetUp()
    setUp.value = { step: 'ready', ...(await countBytes(files)) }
  } catch (error) {
    setUp.value = outcomeOf(error, setUp.value, mine.signal.aborted)
  } finally {
    stop = null
  }
}

function outcomeOf(error: unknown, { done, total }: SetUp, isStopped: boolean): SetUp {
  if (isStopped || error instanceof Stopped) return { step: 'paused', done, total }
  const reason = error instanceof Error ? error.message : String(error)
  console.warn('cards: models', reason)
  if (error instanceof Damaged) return { step: 'failed', done, total, problem: 'damaged', reason }
  if (error instanceof Refused) return { step: 'failed', done, total, problem: 'refused', reason }
  if ((error as { name?: string } | null)?.name === 'QuotaExceededError') return { step: 'failed', done, total, problem: 'full', reason }
  return { step: 'failed', done, total, problem: 'no_network', reason }
}

async function askForList(): Promise<ModelFile[]> {
  const answer = await askHub<{ models: ModelFile[] }>('/api/cards/models')
  if (!answer.ok) throw new Refused(reasonOf(answer))
  return answer.body.models
}

async function fetchFile(file: ModelFile, all: readonly ModelFile[], signal: AbortSignal): Promise<void> {
  // What arrived damaged is fetched once more; damaged twice, somebody must look.
  for (let attempt = 0; attempt < 2; attempt++) {
    if (await hasFile(file)) return
    const here = await storedPieces(file)
    for (let number = 0; number < piecesOf(file); number++) {
      if (here.has(number)) continue
      await textFirst(signal)
      await keepPiece(file, number, await fetchPiece(file, number, signal))
      setUp.value = { step: 'fetching', ...(await countBytes(all)) }
    }
    if (await completeFile(file)) return
  }
  throw new Damaged(file.name)
}

async function fetchPiece(file: ModelFile, number: number, signal: AbortSignal): Promise<ArrayBuffer> {
  const [from, to] = [number * PIECE_BYTES, Math.min(file.bytes, (number + 1) * PIECE_BYTES)]
  const response = await fetch(hubAddress(file.url), { headers: { Range: `bytes=${from}-${to - 1}` }, signal, cache: 'no-store', credentials: 'omit' })
  if (response.status === 502 || response.status === 503 || response.status === 504) throw new HubUnreachable(`${response.status}`)
  if (!response.ok) throw new Refused(`${response.status} ${file.name}`)
  const bytes = await response.arrayBuffer()
  // A proxy that knows no ranges answers with the whole file.
  const piece = response.status === 206 ? bytes : bytes.slice(from, to)
  if (piece.byteLength !== to - from) throw new HubUnreachable('the answer was cut short')
  return piece
}

/** Entries of patients go before megabytes of models. */
async function textFirst(signal: AbortSignal): Promise<void> {
  if (signal.aborted) throw new Stopped()
  if (pendingTextCount.value === 0) return
  setUp.value = { ...setUp.value, step: 'after_text' } as SetUp
  await new Promise<void>((resolve, reject) => {
    const unwatch = watch(pendingTextCount, (count) => count === 0 && (unwatch(), resolve()))
    signal.addEventListener('abort', () => (unwatch(), reject(new Stopped())), { once: true })
  })
}

/** After an update of app or hub: a phone that was set up stays set up. */
export async function keepModelsCurrent(): Promise<void> {
  if ((await wasSetUp()) && !(await readyFiles())) await fetchModels()
}
