/** PP-OCRv4's two models on onnxruntime's WebAssembly: finds lines of text in a picture, and reads strips. */
import * as ort from 'onnxruntime-web/wasm'
import { boxesOf } from './boxes'
import { alikeColumns, allColumns, charactersOf, columnsOf, decode, foldAlike, type Columns } from './decoding'
import { isBlank, shrinkForDetection, STRIP_HEIGHT } from './pixels'
import type { Engine, Picture, Quad, Reading, Strip } from './readings'

export interface EngineFiles {
  /** onnxruntime's program. */
  runtime: ArrayBuffer
  /** Address of the script that starts it. */
  runtimeScript: string
  detection: Uint8Array
  reading: Uint8Array
  threads: number
}

const LEAST_WIDTH = 64

export async function openEngine(files: EngineFiles): Promise<Engine> {
  ort.env.wasm.wasmBinary = files.runtime
  ort.env.wasm.wasmPaths = { mjs: files.runtimeScript }
  ort.env.wasm.numThreads = files.threads
  ort.env.logLevel = 'error'
  const options: ort.InferenceSession.SessionOptions = { executionProviders: ['wasm'], graphOptimizationLevel: 'all', logSeverityLevel: 3 }
  // Strips come in many widths; patterns of memory would be kept for each.
  const reading = await ort.InferenceSession.create(files.reading, { ...options, enableMemPattern: false })
  const detection = await ort.InferenceSession.create(files.detection, options)
  return new ModelEngine(detection, reading, allColumns(charactersOf(files.reading)))
}

async function runModel(session: ort.InferenceSession, input: Float32Array, dims: number[]): Promise<{ data: Float32Array; dims: readonly number[] }> {
  const answers = await session.run({ [session.inputNames[0]!]: new ort.Tensor('float32', input, dims) })
  const answer = answers[session.outputNames[0]!]!
  return { data: answer.data as Float32Array, dims: answer.dims }
}

/** The nearest multiple of 32, as the model wants it, but never more than there is. */
const multipleOf32 = (length: number, most: number): number => {
  const nearest = Math.round(length / 32) * 32
  return Math.max(32, nearest > most ? nearest - 32 : nearest)
}

class ModelEngine implements Engine {
  private readonly alphabets = new Map<string, Columns>()
  private readonly alike: [number, number][]

  constructor(
    private readonly detection: ort.InferenceSession,
    private readonly reading: ort.InferenceSession,
    private readonly columns: Columns,
  ) {
    this.alike = alikeColumns(columns)
  }

  async findBoxes(picture: Picture, longestSide: number): Promise<Quad[]> {
    const scale = Math.min(1, longestSide / Math.max(picture.width, picture.height))
    const [width, height] = [multipleOf32(picture.width * scale, picture.width), multipleOf32(picture.height * scale, picture.height)]
    const { data } = await runModel(this.detection, shrinkForDetection(picture, width, height), [1, 3, height, width])
    return boxesOf({ width, height, data }, picture.width, picture.height)
  }

  async readStrips(strips: readonly Strip[], alphabet?: string): Promise<Reading[]> {
    const readings: Reading[] = []
    // One after another: on WebAssembly a batch costs as much as its strips, and padding comes on top.
    for (const strip of strips) readings.push(isBlank(strip) ? [] : await this.readStrip(strip, alphabet))
    return readings
  }

  private async readStrip(strip: Strip, alphabet?: string): Promise<Reading> {
    const width = Math.max(LEAST_WIDTH, Math.ceil(strip.width / 8) * 8)
    const input = new Float32Array(3 * STRIP_HEIGHT * width)
    for (let k = 0; k < 3; k++) {
      for (let y = 0; y < STRIP_HEIGHT; y++) {
        for (let x = 0; x < strip.width; x++) input[(k * STRIP_HEIGHT + y) * width + x] = strip.data[(y * strip.width + x) * 3 + k]! / 127.5 - 1
      }
    }
    const { data, dims } = await runModel(this.reading, input, [1, 3, STRIP_HEIGHT, width])
    foldAlike(data, dims[1]!, dims[2]!, this.alike)
    return decode(data, dims[1]!, dims[2]!, this.columnsFor(alphabet), strip.width / width)
  }

  private columnsFor(alphabet: string | undefined): Columns {
    if (alphabet === undefined) return this.columns
    const known = this.alphabets.get(alphabet) ?? columnsOf(this.columns, alphabet)
    this.alphabets.set(alphabet, known)
    return known
  }
}
