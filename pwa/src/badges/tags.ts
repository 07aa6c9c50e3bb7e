/**
 * NFC tags by Web NFC: Chrome on Android only, on https. Everything else answers `absent`, and the screens offer the camera.
 * A tag's serial number is never used: anybody can copy it.
 */
import { ref } from 'vue'

interface NdefRecord {
  recordType: string
  mediaType?: string
  encoding?: string
  data?: DataView
}
interface NdefReadingEvent extends Event {
  message: { records: NdefRecord[] }
}
interface NdefReader extends EventTarget {
  scan(options?: { signal?: AbortSignal }): Promise<void>
  write(message: { records: { recordType: string; data: string; lang?: string }[] }, options?: { signal?: AbortSignal; overwrite?: boolean }): Promise<void>
}
declare global {
  interface Window {
    NDEFReader?: new () => NdefReader
  }
}

export type TagState = 'absent' | 'off' | 'asking' | 'on' | 'refused'
export const BADGE_MIME = 'application/vnd.greenlane.badge'
const NTAG213_BYTES = 144
/** Around a text record "en": TLV and its end 3, record head 3, type 1, status 1, language 2. */
const NDEF_BYTES = 10

export const hasTags = (): boolean => typeof window !== 'undefined' && window.NDEFReader !== undefined
export const tagState = ref<TagState>(hasTags() ? 'off' : 'absent')

type Listener = (text: string | null) => void
let listener: Listener | null = null
let stop: AbortController | null = null

/** The text of a message's text or badge record; null when it has neither. */
export function textOf(records: readonly NdefRecord[]): string | null {
  const found = records.find(({ recordType, mediaType }) => recordType === 'text' || (recordType === 'mime' && mediaType === BADGE_MIME))
  return found?.data ? new TextDecoder(found.recordType === 'text' ? (found.encoding ?? 'utf-8') : 'utf-8').decode(found.data) : null
}

/** Who hears of tags; a tag without a readable text gives null. */
export function hearTags(heard: Listener | null): void {
  listener = heard
}

/** Begin to read tags. The first time Chrome asks the person, which needs a tap. */
export async function startTags(): Promise<void> {
  const Reader = window.NDEFReader
  if (!Reader || tagState.value === 'on' || tagState.value === 'asking') return
  tagState.value = 'asking'
  stop = new AbortController()
  try {
    const reader = new Reader()
    reader.addEventListener('reading', (event) => listener?.(textOf((event as NdefReadingEvent).message.records)))
    reader.addEventListener('readingerror', () => listener?.(null))
    await reader.scan({ signal: stop.signal })
    tagState.value = 'on'
  } catch (error) {
    console.warn('badges: tags cannot be read', error)
    tagState.value = 'refused'
  }
}

/** As `startTags`, when the person has allowed it before: no question comes without a tap. */
export async function startTagsIfAllowed(): Promise<void> {
  if (!hasTags()) return
  try {
    const { state } = await navigator.permissions.query({ name: 'nfc' as PermissionName })
    if (state === 'granted') await startTags()
  } catch (error) {
    console.warn('badges: whether tags are allowed cannot be asked', error)
  }
}

export function stopTags(): void {
  stop?.abort()
  stop = null
  if (tagState.value === 'on') tagState.value = 'off'
}

export type WriteOutcome = 'written' | 'too_long' | 'refused' | 'failed' | 'absent'

/** Write a badge onto the tag that is held to the device. Waits for one until `signal` says otherwise. */
export async function writeTag(text: string, signal: AbortSignal): Promise<WriteOutcome> {
  const Reader = window.NDEFReader
  if (!Reader) return 'absent'
  if (new TextEncoder().encode(text).length + NDEF_BYTES > NTAG213_BYTES) return 'too_long'
  try {
    await new Reader().write({ records: [{ recordType: 'text', lang: 'en', data: text }] }, { signal, overwrite: true })
    return 'written'
  } catch (error) {
    console.warn('badges: the tag was not written', error)
    return error instanceof DOMException && error.name === 'NotAllowedError' ? 'refused' : 'failed'
  }
}
