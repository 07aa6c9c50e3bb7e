/// <reference lib="webworker" />
/** The worker of qr_reader.ts. The program lies beside the app's other files, never elsewhere. */
import program from 'zxing-wasm/reader/zxing_reader.wasm?url'
import { decodeFrame, openDecoder } from './qr_decoder'
import type { QrOrder, QrReport } from './qr_reader'

declare const self: DedicatedWorkerGlobalScope

const report = (what: QrReport): void => self.postMessage(what)
const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

self.addEventListener('message', async ({ data }: MessageEvent<QrOrder>) => {
  try {
    report({ kind: 'read', id: data.id, reading: await decodeFrame(data.frame) })
  } catch (error) {
    report({ kind: 'broken', reason: reasonOf(error) })
  }
})
openDecoder({ locateFile: () => program }).then(
  () => report({ kind: 'ready' }),
  (error: unknown) => report({ kind: 'broken', reason: reasonOf(error) }),
)
