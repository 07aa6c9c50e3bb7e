/**
 * Makes of a chosen file the two pictures that travel: a thumbnail (320 px) and an original (2048 px at most), both
 * drawn anew as JPEG, so that neither place nor device nor time of the camera's own notes leaves the phone.
 * Whether a file is a picture is decided by decoding it, never by its name.
 */
export interface Photo {
  thumbnail: Blob
  original: Blob
  width: number
  height: number
}
export type PhotoOutcome = { ok: true; photo: Photo } | { ok: false; problem: 'not_a_photo' | 'too_small' | 'cannot_draw' }

const THUMBNAIL_PX = 320
const ORIGINAL_PX = 2048
const SMALLEST_PX = 32

/** The size within `limit`, never enlarged, never below one pixel. */
export function fitWithin(width: number, height: number, limit: number): { width: number; height: number } {
  const scale = Math.min(1, limit / Math.max(width, height))
  return { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) }
}

async function decode(file: Blob): Promise<ImageBitmap | null> {
  try {
    // 'from-image' turns the picture upright now, since the note that says how it lies is dropped below.
    return await createImageBitmap(file, { imageOrientation: 'from-image' })
  } catch {
    return null // the caller says in words that this is no picture
  }
}

async function draw(picture: ImageBitmap, limit: number, quality: number): Promise<Blob | null> {
  const { width, height } = fitWithin(picture.width, picture.height, limit)
  const canvas = document.createElement('canvas')
  canvas.width = width
  canvas.height = height
  const pen = canvas.getContext('2d')
  if (!pen) return null
  pen.imageSmoothingQuality = 'high'
  pen.fillStyle = '#ffffff' // a transparent picture would turn black as JPEG
  pen.fillRect(0, 0, width, height)
  pen.drawImage(picture, 0, 0, width, height)
  return new Promise((resolve) => canvas.toBlob(resolve, 'image/jpeg', quality))
}

/** Reads one chosen file. A file that is no picture is an outcome, not an exception. */
export async function readPhoto(file: Blob): Promise<PhotoOutcome> {
  const picture = await decode(file)
  if (!picture) return { ok: false, problem: 'not_a_photo' }
  try {
    if (picture.width < SMALLEST_PX || picture.height < SMALLEST_PX) return { ok: false, problem: 'too_small' }
    const thumbnail = await draw(picture, THUMBNAIL_PX, 0.7)
    const original = await draw(picture, ORIGINAL_PX, 0.85)
    if (!thumbnail || !original) return { ok: false, problem: 'cannot_draw' }
    return { ok: true, photo: { thumbnail, original, ...fitWithin(picture.width, picture.height, ORIGINAL_PX) } }
  } finally {
    picture.close()
  }
}
