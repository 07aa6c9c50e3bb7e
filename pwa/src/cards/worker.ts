/// <reference lib="webworker" />
/** The reading worker: models in, photographs in, fields and cut-outs out. The page stays free for the thumb. */
import type { FieldName } from './card_types'
import { cardTypes } from './card_types'
import { openEngine } from './engine'
import { multiply } from './matrix'
import type { CardReading, FoundField, Order, PictureProblem, Report } from './messages'
import { readFile, type ModelFile } from './model_files'
import type { Field } from './page'
import { pictureSize } from './picture_size'
import { straighten } from './pixels'
import { readCard, type ReadCard } from './read'
import type { Engine, Picture, Zone } from './readings'
import { warmUp } from './warm_up'

declare const self: DedicatedWorkerGlobalScope

/** What reading works on: a card that fills a quarter of it is still 800 px wide. */
const LONGEST_PX = 3200
const LEAST_PX = 32
/** Larger is taken for an attack or a mistake; 50 MP photographs are read. */
const MOST_PIXELS = 120_000_000
const HEAD_BYTES = 256 * 1024
/** A character below this is marked for the eye. */
const DOUBT = 0.9
const CUT_OUT_SCALE = 0.9

class PictureRefused extends Error {
  constructor(readonly problem: PictureProblem) {
    super(problem)
  }
}

let engine: Promise<Engine> | null = null
/** Whether somebody waits for a reading, or has had one. */
let isWanted = false

async function open(order: Extract<Order, { kind: 'open' }>): Promise<Engine> {
  const file = async (sha256: string): Promise<ArrayBuffer> => {
    const bytes = await readFile({ sha256 } as ModelFile)
    if (!bytes) throw new Error('a model is gone from this phone')
    return bytes
  }
  const { runtime, detection, reading } = order.files
  return openEngine({
    runtime: await file(runtime),
    runtimeScript: order.runtimeScript,
    detection: new Uint8Array(await file(detection)),
    reading: new Uint8Array(await file(reading)),
    threads: order.threads,
  })
}

async function decodeFile(file: Blob): Promise<ImageBitmap> {
  const size = pictureSize(new Uint8Array(await file.slice(0, HEAD_BYTES).arrayBuffer()))
  if (size && size.width * size.height > MOST_PIXELS) throw new PictureRefused('too_large')
  const shrink = size && Math.max(size.width, size.height) > LONGEST_PX
  // Turning comes after shrinking: of a side that may be the other one, half is still enough.
  const options: ImageBitmapOptions = { imageOrientation: 'from-image', ...(shrink ? { resizeWidth: Math.round((size.width * LONGEST_PX) / Math.max(size.width, size.height)), resizeQuality: 'high' } : {}) }
  try {
    return await createImageBitmap(file, options)
  } catch {
    throw new PictureRefused('not_a_picture')
  }
}

async function pixelsOf(source: Blob | ImageBitmap): Promise<Picture> {
  const bitmap = source instanceof Blob ? await decodeFile(source) : source
  try {
    if (Math.min(bitmap.width, bitmap.height) < LEAST_PX) throw new PictureRefused('too_small')
    const scale = Math.min(1, LONGEST_PX / Math.max(bitmap.width, bitmap.height))
    const canvas = new OffscreenCanvas(Math.round(bitmap.width * scale), Math.round(bitmap.height * scale))
    const pen = canvas.getContext('2d', { willReadFrequently: true })!
    pen.fillStyle = '#fff'
    pen.fillRect(0, 0, canvas.width, canvas.height)
    pen.drawImage(bitmap, 0, 0, canvas.width, canvas.height)
    // A plain object: an ImageData asks the browser for its size and its pixels at every look, millions of times.
    const { width, height, data } = pen.getImageData(0, 0, canvas.width, canvas.height)
    return { width, height, data }
  } finally {
    bitmap.close()
  }
}

function found(field: Field): FoundField {
  const characters = field.characters ?? []
  const isAsPrinted = characters.map((one) => one.text).join('') === field.value
  const doubtful = isAsPrinted ? characters.flatMap((one, n) => (one.confidence < DOUBT ? [n] : [])) : []
  return { value: field.value, weakest: field.weakest, doubtful }
}

function cutOut(picture: Picture, card: ReadCard, [left, top, right, bottom]: Zone): ImageData {
  const toZone = multiply([CUT_OUT_SCALE, 0, -left * CUT_OUT_SCALE, 0, CUT_OUT_SCALE, -top * CUT_OUT_SCALE, 0, 0, 1], card.toCard!)
  const { data, width, height } = straighten(picture, toZone, Math.round((right - left) * CUT_OUT_SCALE), Math.round((bottom - top) * CUT_OUT_SCALE), true)
  return new ImageData(data as Uint8ClampedArray<ArrayBuffer>, width, height)
}

/** The zone down to the last line that was read: an address of one line needs no room for three. */
function shownZone([left, top, right, bottom]: Zone, field: Field | undefined): Zone {
  const lowest = Math.max(0, ...(field?.characters ?? []).map((one) => one.v))
  return [left, top, right, lowest > 0 ? Math.min(bottom, lowest + 36) : bottom]
}

async function read(order: Extract<Order, { kind: 'read' }>): Promise<CardReading> {
  const began = performance.now()
  if (!engine) throw new Error('no models were opened')
  const picture = await pixelsOf(order.picture)
  const card = await readCard(picture, await engine, order.today)
  const side = cardTypes.flatMap((type) => [...type.sides]).find((one) => one.side === card.side)
  const zones = Object.entries(side?.cutOuts ?? {}) as [FieldName, Zone][]
  return {
    side: card.side,
    problems: card.problems,
    widthPx: Math.round(card.widthPx),
    fields: Object.fromEntries(Object.entries(card.fields).map(([name, field]) => [name, found(field)])),
    cutOuts: Object.fromEntries(zones.map(([name, zone]) => [name, cutOut(picture, card, shownZone(zone, card.fields[name]))])),
    milliseconds: Math.round(performance.now() - began),
  }
}

const tell = (report: Report): void => self.postMessage(report)
const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

self.addEventListener('message', (event: MessageEvent<Order>) => {
  const order = event.data
  if (order.kind === 'open') {
    const began = performance.now()
    engine = open(order)
    engine.then(
      (opened) => {
        tell({ kind: 'opened', milliseconds: Math.round(performance.now() - began) })
        warmUp(opened, () => isWanted).catch((error: unknown) => console.warn('cards: warming up', error))
      },
      (error: unknown) => tell({ kind: 'not_opened', reason: reasonOf(error) }),
    )
    return
  }
  isWanted = true
  read(order).then(
    (reading) => tell({ kind: 'read', id: order.id, reading }),
    (error: unknown) => tell(error instanceof PictureRefused ? { kind: 'unreadable', id: order.id, problem: error.problem } : { kind: 'failed', id: order.id, reason: reasonOf(error) }),
  )
})
