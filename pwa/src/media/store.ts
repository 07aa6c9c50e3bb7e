// Photographs: the bytes go into the media lane, one immutable document per rendition; the text lane says that they exist.
import { commit, openMailbox, storeFromHub, type Weight } from '@/sync/databases'
import { fetchRendition } from '@/sync/renditions'
import { mediaTwin, type StoredDocument } from '@/sync/types'
import { heldEncounter, mailboxOf } from '@/encounters/store/held'
import { readPictureOnHub } from '@/encounters/store/on_hub'
import { makeDocument } from '@/encounters/store/write'

export interface PhotoToAdd {
  thumbnail: Blob
  original: Blob
  /** wound, ecg, scene, paper, card or other. */
  purpose: string
  width?: number
  height?: number
  occurredAt?: string
}

/** A voice note, a short video, or a photograph that was drawn on. */
export interface MediaToAdd {
  media: 'photo' | 'audio' | 'video'
  original: Blob
  /** Nothing for a voice note. */
  thumbnail: Blob | null
  purpose: string
  /** More of the body: duration, size in pixels, what it is about, the picture that it draws on. */
  more?: Record<string, unknown>
  occurredAt?: string
}

/** An ECG's pictures go before all others, then thumbnails and voice (small, and said in words), then originals. */
export function mediaRank(purpose: unknown, rendition: unknown): number {
  return (purpose === 'ecg' ? 0 : 2) + (rendition === 'thumbnail' || purpose === 'voice' ? 0 : 1)
}

function weightOf(document: StoredDocument): Weight {
  const body = document.body as { purpose?: unknown; rendition?: unknown; bytes?: number }
  return { rank: mediaRank(body.purpose, body.rendition), bytes: body.bytes ?? 0 }
}

async function sha256(bytes: Blob): Promise<string | null> {
  if (!globalThis.crypto?.subtle) return null // a page without TLS offers none
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', await bytes.arrayBuffer()))
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('')
}

/** Add a photograph with both its renditions. Resolves with the id of the `media` document. */
export function addPhoto(encounter: string, photo: PhotoToAdd): Promise<string> {
  const { thumbnail, original, purpose, width, height, occurredAt } = photo
  return addMedia(encounter, { media: 'photo', thumbnail, original, purpose, occurredAt, more: width && height ? { width, height } : {} })
}

/**
 * Add a photograph, a voice note or a video: its renditions are durable first, then the entry that names them, so that
 * no entry ever stands without its bytes. Resolves with the id of the `media` document.
 */
export async function addMedia(encounter: string, added: MediaToAdd): Promise<string> {
  const mailbox = await mailboxOf(encounter)
  if (!mailbox) throw new Error(`encounter ${encounter} is not on this device`)
  const body = {
    media: added.media,
    content_type: added.original.type || 'image/jpeg',
    purpose: added.purpose,
    sha256: await sha256(added.original),
    bytes: added.original.size,
    ...added.more,
  }
  const entry = makeDocument(encounter, 'media', body, { occurredAt: added.occurredAt })
  const renditions = [await makeRendition(encounter, entry._id, 'original', added.purpose, added.original)]
  if (added.thumbnail) renditions.unshift(await makeRendition(encounter, entry._id, 'thumbnail', added.purpose, added.thumbnail))
  await commit(mailbox, renditions, 'media', weightOf)
  await commit(mailbox, [entry as unknown as StoredDocument])
  return entry._id
}

async function makeRendition(
  encounter: string,
  of: string,
  rendition: 'thumbnail' | 'original',
  purpose: string,
  bytes: Blob,
): Promise<StoredDocument> {
  const contentType = bytes.type || 'image/jpeg'
  const body = { of, rendition, purpose, content_type: contentType, bytes: bytes.size, sha256: await sha256(bytes) }
  return {
    ...(makeDocument(encounter, 'rendition', body) as unknown as StoredDocument),
    _attachments: { bytes: { content_type: contentType, data: bytes } },
  }
}

/**
 * A fresh object URL of a rendition's bytes; the caller revokes it. Bytes that are not here are fetched from the hub
 * and kept. Rejects with HubUnreachable when they can be had from nowhere now.
 */
export async function photoUrl(encounter: string, renditionId: string): Promise<string> {
  const mailbox = await mailboxOf(encounter)
  if (!mailbox) return URL.createObjectURL(await readPictureOnHub(encounter, renditionId)) // looked at, not kept
  const name = mediaTwin(mailbox)
  const local = await localBytes(name, renditionId)
  if (local) return URL.createObjectURL(local)
  await storeFromHub(name, [await fetchRendition(name, renditionId)])
  const fetched = await localBytes(name, renditionId)
  if (!fetched) throw new Error(`${renditionId} has no bytes`)
  return URL.createObjectURL(fetched)
}

async function localBytes(name: string, id: string): Promise<Blob | null> {
  try {
    return await (await openMailbox(name)).getAttachment(id, 'bytes')
  } catch (error) {
    if ((error as { status?: number }).status === 404) return null
    throw error
  }
}

/** Copy the renditions of a photograph that moves to another patient. */
export async function copyRenditions(from: string, mediaId: string, to: string, newMediaId: string): Promise<void> {
  const [source, target] = [await mailboxOf(from), await mailboxOf(to)]
  if (!source || !target) throw new Error('both encounters must be on this device')
  const { documents } = await heldEncounter(from)
  const copies: StoredDocument[] = []
  for (const rendition of documents.value.values()) {
    if (rendition.kind !== 'rendition' || rendition.body.of !== mediaId) continue
    const bytes = await localBytes(mediaTwin(source), rendition._id)
    if (!bytes) continue // only the hub has it: it stays reachable through moved_from
    const copy = await makeRendition(to, newMediaId, rendition.body.rendition as 'thumbnail', String(rendition.body.purpose ?? 'other'), bytes)
    copies.push(copy)
  }
  if (copies.length > 0) await commit(target, copies, 'media', weightOf)
}
