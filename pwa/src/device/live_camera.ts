/** The camera as a live picture: opening it, its torch, still frames, and a small part of a frame for measuring. */

export type CameraProblem = 'no_permission' | 'no_camera' | 'camera_busy' | 'insecure'
export type CameraOutcome = { ok: true; stream: MediaStream } | { ok: false; problem: CameraProblem }

const PROBLEMS: Record<string, CameraProblem> = {
  NotAllowedError: 'no_permission',
  SecurityError: 'no_permission',
  NotFoundError: 'no_camera',
  OverconstrainedError: 'no_camera',
  NotReadableError: 'camera_busy',
  AbortError: 'camera_busy',
}

/** Ask for the camera at the back. A refusal is an outcome, not an exception. */
export async function openCamera(): Promise<CameraOutcome> {
  // Browsers offer no camera to pages without TLS.
  if (!navigator.mediaDevices?.getUserMedia) return { ok: false, problem: globalThis.isSecureContext ? 'no_camera' : 'insecure' }
  try {
    const video = { facingMode: { ideal: 'environment' }, width: { ideal: 1920 }, height: { ideal: 1080 } }
    return { ok: true, stream: await navigator.mediaDevices.getUserMedia({ video, audio: false }) }
  } catch (error) {
    const name = error instanceof DOMException ? error.name : ''
    if (!(name in PROBLEMS)) console.warn('camera', error)
    return { ok: false, problem: PROBLEMS[name] ?? 'no_camera' }
  }
}

export function closeCamera(stream: MediaStream | null): void {
  for (const track of stream?.getTracks() ?? []) track.stop()
}

// The torch stands in the standard's extension (W3C mediacapture-image), not in TypeScript's types.
type WithTorch = MediaTrackCapabilities & { torch?: boolean }

export function hasTorch(stream: MediaStream): boolean {
  const track = stream.getVideoTracks()[0]
  return (track?.getCapabilities?.() as WithTorch | undefined)?.torch === true
}

/** Resolves with whether the torch is now as wanted. */
export async function setTorch(stream: MediaStream, on: boolean): Promise<boolean> {
  try {
    await stream.getVideoTracks()[0]?.applyConstraints({ advanced: [{ torch: on } as MediaTrackConstraintSet] })
    return true
  } catch (error) {
    console.warn('camera: torch', error)
    return false
  }
}

export interface Region {
  x: number
  y: number
  width: number
  height: number
}

/** The part of a video that a box of this shape shows when the video covers it. */
export function coveredRegion(videoWidth: number, videoHeight: number, ratio: number): Region {
  const isWide = videoWidth / videoHeight > ratio
  const width = isWide ? videoHeight * ratio : videoWidth
  const height = isWide ? videoHeight : videoWidth / ratio
  return { x: (videoWidth - width) / 2, y: (videoHeight - height) / 2, width, height }
}

/** Draws regions of a video into one canvas that is kept, and gives their pixels. */
export function frameReader(): (video: HTMLVideoElement, region: Region, width: number) => ImageData | null {
  const canvas = document.createElement('canvas')
  const pen = canvas.getContext('2d', { willReadFrequently: true })
  return (video, region, width) => {
    const height = Math.round((width * region.height) / region.width)
    if (!pen || video.videoWidth === 0 || height < 1) return null
    if (canvas.width !== width || canvas.height !== height) [canvas.width, canvas.height] = [width, height]
    pen.drawImage(video, region.x, region.y, region.width, region.height, 0, 0, width, height)
    return pen.getImageData(0, 0, width, height)
  }
}

/** A part of the frame as it is now, at the camera's own size. */
export function stillOf(video: HTMLVideoElement, region: Region): HTMLCanvasElement {
  const canvas = document.createElement('canvas')
  ;[canvas.width, canvas.height] = [Math.round(region.width), Math.round(region.height)]
  canvas.getContext('2d')?.drawImage(video, region.x, region.y, region.width, region.height, 0, 0, canvas.width, canvas.height)
  return canvas
}

export function jpegOf(canvas: HTMLCanvasElement): Promise<Blob | null> {
  return new Promise((resolve) => canvas.toBlob(resolve, 'image/jpeg', 0.92))
}
