/**
 * The models on this phone: in a database of their own, outside the precache, so that the app's updates do not fetch them
 * again. They come in pieces, and a piece that is here stays; a file counts only when its SHA-256 is the promised one.
 */
import { openDB, type DBSchema, type IDBPDatabase } from 'idb'

export interface ModelFile {
  name: 'runtime' | 'detection' | 'reading'
  url: string
  bytes: number
  sha256: string
}

interface ModelSchema extends DBSchema {
  /** Whole and checked files by their SHA-256; the runtime is kept unpacked. */
  files: { key: string; value: ArrayBuffer }
  /** Pieces of files that are still coming: [SHA-256, number]. */
  pieces: { key: [string, number]; value: ArrayBuffer }
  /** What the hub offers, as of the last contact: so that a phone without a network knows what it has. */
  list: { key: 'models'; value: ModelFile[] }
  /** Whether somebody has set this phone up to the end: then it is kept so. */
  marks: { key: 'set_up'; value: boolean }
}

export const PIECE_BYTES = 512 * 1024
let opened: Promise<IDBPDatabase<ModelSchema>> | null = null

function database(): Promise<IDBPDatabase<ModelSchema>> {
  opened ??= openDB<ModelSchema>('greenlane-cards', 1, {
    upgrade(made) {
      made.createObjectStore('files')
      made.createObjectStore('pieces')
      made.createObjectStore('list')
      made.createObjectStore('marks')
    },
    terminated() {
      opened = null
    },
  })
  return opened
}

export const piecesOf = (file: ModelFile): number => Math.ceil(file.bytes / PIECE_BYTES)
const pieceKeys = (file: ModelFile) => IDBKeyRange.bound([file.sha256, 0], [file.sha256, Infinity])

/** The hub's list as last heard; null when this phone never heard one. */
export async function knownModels(): Promise<ModelFile[] | null> {
  return (await (await database()).get('list', 'models')) ?? null
}
export async function keepModelList(models: ModelFile[]): Promise<void> {
  await (await database()).put('list', models, 'models')
}

export async function markSetUp(): Promise<void> {
  await (await database()).put('marks', true, 'set_up')
}
export async function wasSetUp(): Promise<boolean> {
  return (await (await database()).get('marks', 'set_up')) === true
}

export async function readFile(file: ModelFile): Promise<ArrayBuffer | null> {
  return (await (await database()).get('files', file.sha256)) ?? null
}
export async function hasFile(file: ModelFile): Promise<boolean> {
  return (await (await database()).getKey('files', file.sha256)) !== undefined
}
/** The numbers of the pieces that are here. */
export async function storedPieces(file: ModelFile): Promise<Set<number>> {
  const keys = await (await database()).getAllKeys('pieces', pieceKeys(file))
  return new Set(keys.map(([, number]) => number))
}
export async function keepPiece(file: ModelFile, number: number, bytes: ArrayBuffer): Promise<void> {
  await (await database()).put('pieces', bytes, [file.sha256, number])
}

async function sha256(bytes: ArrayBuffer): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes))
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('')
}

async function unpack(bytes: ArrayBuffer): Promise<ArrayBuffer> {
  return new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'))).arrayBuffer()
}

/** Put a file together and check it. False when it is not what was promised: then its pieces are gone, to be fetched anew. */
export async function completeFile(file: ModelFile): Promise<boolean> {
  const store = await database()
  const whole = await new Blob(await store.getAll('pieces', pieceKeys(file))).arrayBuffer()
  const isRight = (await sha256(whole)) === file.sha256
  const kept = isRight && file.name === 'runtime' ? await unpack(whole) : whole
  const work = store.transaction(['files', 'pieces'], 'readwrite')
  if (isRight) await work.objectStore('files').put(kept, file.sha256)
  await work.objectStore('pieces').delete(pieceKeys(file))
  await work.done
  return isRight
}

/** Drop what no longer belongs to the list: an older version's files and pieces. */
export async function dropOthers(files: readonly ModelFile[]): Promise<void> {
  const wanted = new Set(files.map((file) => file.sha256))
  const work = (await database()).transaction(['files', 'pieces'], 'readwrite')
  for (const key of await work.objectStore('files').getAllKeys()) if (!wanted.has(key)) await work.objectStore('files').delete(key)
  for (const key of await work.objectStore('pieces').getAllKeys()) if (!wanted.has(key[0])) await work.objectStore('pieces').delete(key)
  await work.done
}
