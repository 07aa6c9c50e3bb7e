/**
 * Records voice or a short video with the device's own microphone and camera, which are asked for here and let go of when
 * the recording ends. It ends by itself at its time or size cap; what was recorded until then is kept.
 */
export interface RecordingLimits {
  seconds: number
  bytes: number
  bitsPerSecond: number
}
export type RecordingProblem = 'not_allowed' | 'no_device' | 'not_supported'
export interface Recorded {
  bytes: Blob
  durationMs: number
  /** Why it ended: somebody stopped it, or a cap was reached. */
  ended: 'stopped' | 'time' | 'size'
}
export interface Recording {
  stream: MediaStream
  startedAt: number
  stop: () => void
  cancel: () => void
  /** Null after `cancel`. */
  done: Promise<Recorded | null>
}
export type RecordingOutcome = { ok: true; recording: Recording } | { ok: false; problem: RecordingProblem }

const TYPES = {
  audio: ['audio/webm;codecs=opus', 'audio/mp4', 'audio/ogg;codecs=opus'],
  video: ['video/webm;codecs=vp8,opus', 'video/webm', 'video/mp4'],
}
const CONSTRAINTS = {
  audio: { audio: { channelCount: 1, noiseSuppression: true } },
  video: { audio: true, video: { facingMode: 'environment', width: { ideal: 640 }, frameRate: { ideal: 24 } } },
}

function problemOf(error: unknown): RecordingProblem {
  const name = error instanceof DOMException ? error.name : ''
  return name === 'NotAllowedError' || name === 'SecurityError' ? 'not_allowed' : 'no_device'
}

export async function startRecording(kind: 'audio' | 'video', limits: RecordingLimits): Promise<RecordingOutcome> {
  if (typeof MediaRecorder === 'undefined' || !navigator.mediaDevices) return { ok: false, problem: 'not_supported' }
  const type = TYPES[kind].find((one) => MediaRecorder.isTypeSupported(one))
  if (!type) return { ok: false, problem: 'not_supported' }
  try {
    const stream = await navigator.mediaDevices.getUserMedia(CONSTRAINTS[kind])
    return { ok: true, recording: follow(stream, type, limits) }
  } catch (error) {
    console.info('recorder: no recording', error)
    return { ok: false, problem: problemOf(error) }
  }
}

function follow(stream: MediaStream, type: string, limits: RecordingLimits): Recording {
  const recorder = new MediaRecorder(stream, { mimeType: type, bitsPerSecond: limits.bitsPerSecond })
  const chunks: Blob[] = []
  const startedAt = performance.now()
  let [size, ended, isCancelled]: [number, Recorded['ended'], boolean] = [0, 'stopped', false]
  const stop = (): void => {
    if (recorder.state !== 'inactive') recorder.stop()
  }
  const timer = setTimeout(() => {
    ended = 'time'
    stop()
  }, limits.seconds * 1000)
  recorder.ondataavailable = ({ data }) => {
    chunks.push(data)
    size += data.size
    if (size < limits.bytes || recorder.state === 'inactive') return
    ended = 'size'
    stop()
  }
  const done = new Promise<Recorded | null>((resolve) => {
    recorder.onstop = () => {
      clearTimeout(timer)
      for (const track of stream.getTracks()) track.stop()
      const bytes = new Blob(chunks, { type: type.split(';')[0] })
      resolve(isCancelled || bytes.size === 0 ? null : { bytes, durationMs: Math.round(performance.now() - startedAt), ended })
    }
  })
  recorder.start(1000) // a chunk a second, so that the size is known while it runs
  const cancel = (): void => {
    isCancelled = true
    stop()
  }
  return { stream, startedAt, stop, cancel, done }
}

/** One frame of a video as a small JPEG; null when this browser cannot draw it. */
export async function videoThumbnail(bytes: Blob, limitPx: number): Promise<Blob | null> {
  const video = document.createElement('video')
  const url = URL.createObjectURL(bytes)
  try {
    video.muted = true
    video.playsInline = true
    video.src = url
    await new Promise<void>((resolve, reject) => {
      video.onloadeddata = () => resolve()
      video.onerror = () => reject(new Error('the video cannot be decoded'))
    })
    const scale = Math.min(1, limitPx / Math.max(video.videoWidth, video.videoHeight, 1))
    const canvas = document.createElement('canvas')
    canvas.width = Math.max(1, Math.round(video.videoWidth * scale))
    canvas.height = Math.max(1, Math.round(video.videoHeight * scale))
    canvas.getContext('2d')?.drawImage(video, 0, 0, canvas.width, canvas.height)
    return await new Promise((resolve) => canvas.toBlob(resolve, 'image/jpeg', 0.7))
  } catch (error) {
    console.info('recorder: a video without a picture', error)
    return null
  } finally {
    URL.revokeObjectURL(url)
  }
}
