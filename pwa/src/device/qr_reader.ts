/**
 * Reads codes out of pictures: frames of the live camera in, decoded texts out. ZXing runs in a worker, so that the
 * page stays free for the thumb; its program is part of the app and works without a network.
 * What a text means is for the rooms that ask.
 */

/** A code that was read, and where its middle is in the frame, 0 to 1 from its top left. */
export interface FoundCode {
  text: string
  format: string
  x: number
  y: number
}
/** All codes of one frame. `isSeen`: there is a code that could not be read, being too small, blurred or half outside. */
export interface FrameReading {
  codes: FoundCode[]
  isSeen: boolean
}
export type QrOrder = { id: number; frame: ImageData }
export type QrReport = { kind: 'ready' } | { kind: 'broken'; reason: string } | { kind: 'read'; id: number; reading: FrameReading }

export interface QrReader {
  /** Rejects when the reader broke; the reason is for the log. The frame's pixels are moved, not copied. */
  read(frame: ImageData): Promise<FrameReading>
  close(): void
}

/** Start the reader. Rejects when its program cannot be loaded, such as on an app that was never installed whole. */
export async function openQrReader(): Promise<QrReader> {
  const worker = new Worker(new URL('./qr_worker.ts', import.meta.url), { type: 'module', name: 'codes' })
  const waiting = new Map<number, { resolve: (reading: FrameReading) => void; reject: (reason: Error) => void }>()
  let lastId = 0
  const ready = new Promise<void>((resolve, reject) => {
    const fail = (reason: string): void => {
      const error = new Error(reason)
      reject(error)
      for (const one of waiting.values()) one.reject(error)
      waiting.clear()
    }
    worker.addEventListener('message', ({ data }: MessageEvent<QrReport>) => {
      if (data.kind === 'ready') resolve()
      else if (data.kind === 'broken') fail(data.reason)
      else {
        waiting.get(data.id)?.resolve(data.reading)
        waiting.delete(data.id)
      }
    })
    worker.addEventListener('error', (event) => fail(event.message || 'the reader of codes does not start'))
  })
  try {
    await ready
  } catch (error) {
    worker.terminate()
    throw error
  }
  return {
    read: (frame) =>
      new Promise((resolve, reject) => {
        const order: QrOrder = { id: ++lastId, frame }
        waiting.set(order.id, { resolve, reject })
        worker.postMessage(order, [frame.data.buffer])
      }),
    close() {
      worker.terminate()
      for (const one of waiting.values()) one.reject(new Error('closed'))
      waiting.clear()
    },
  }
}
