/** One recording from its first tap until it is kept: nothing that was said goes away by closing something. */
import { computed, onScopeDispose, ref, shallowRef } from 'vue'
import { minutesAndSeconds } from '../board/durations'
import { showToast } from '../design/toast'
import { startRecording, videoThumbnail, type Recorded, type Recording, type RecordingProblem } from '../device/recorder'
import { useSaving } from '../encounters/saving'
import { addMedia } from '../encounters/store'
import { t } from '../language'
import { words as shellWords } from '../shell/words'
import { VIDEO_LIMITS, VOICE_LIMITS } from './limits'
import { words } from './words'

export interface RecordingSubject {
  encounter: string
  kind: 'audio' | 'video'
  about: string
  purpose: string
}
interface Made extends RecordingSubject {
  recorded: Recorded
  occurredAt: string
}

export const limitsOf = (kind: RecordingSubject['kind']) => (kind === 'audio' ? VOICE_LIMITS : VIDEO_LIMITS)

export function useRecording(subject: () => RecordingSubject) {
  const { save, isSaving, problem } = useSaving()
  const recording = shallowRef<Recording | null>(null)
  /** Recorded, and the device could not store it: it waits here for another try. */
  const unsaved = shallowRef<Made | null>(null)
  const refused = ref<RecordingProblem | null>(null)
  const isOpen = ref(false)
  /** Closing was tapped; a recording goes on meanwhile. */
  const isAsking = ref(false)
  const now = ref(0)
  const elapsedMs = computed(() => (recording.value ? Math.max(0, now.value - recording.value.startedAt) : (unsaved.value?.recorded.durationMs ?? 0)))
  let ticking: ReturnType<typeof setInterval> | undefined
  let attempt = 0
  let isGone = false

  async function begin(): Promise<void> {
    const mine = ++attempt
    // Whose it is is settled now: the screen may be another patient's when it ends.
    const about = { ...subject(), occurredAt: new Date().toISOString() }
    refused.value = null
    unsaved.value = null
    isAsking.value = false
    isOpen.value = true
    const outcome = await startRecording(about.kind, limitsOf(about.kind))
    // Closed while the browser asked for permission: a microphone must not stay on behind a closed sheet.
    if (mine !== attempt || !isOpen.value || isGone) return outcome.ok ? outcome.recording.cancel() : undefined
    if (!outcome.ok) {
      refused.value = outcome.problem
      return
    }
    recording.value = outcome.recording
    now.value = performance.now()
    ticking = setInterval(() => (now.value = performance.now()), 250)
    const recorded = await outcome.recording.done
    clearInterval(ticking)
    recording.value = null
    if (recorded) await keep({ ...about, recorded })
    else shut()
  }
  async function keep(made: Made): Promise<void> {
    unsaved.value = made
    const { recorded, kind, about, purpose, occurredAt } = made
    const more = { duration_ms: recorded.durationMs, ended: recorded.ended, ...(about ? { about } : {}) }
    const added = { media: kind, original: recorded.bytes, purpose: kind === 'audio' ? 'voice' : purpose, more, occurredAt }
    const done = await save(async () => addMedia(made.encounter, { ...added, thumbnail: kind === 'audio' ? null : await videoThumbnail(recorded.bytes, 320) }))
    if (!done) {
      isAsking.value = false
      if (isGone) showToast({ title: t(words.recordingNotSaved), detail: problem.value ?? '' })
      return
    }
    shut()
    const cap = recorded.ended === 'stopped' ? '' : t(words.capReached)
    const time = minutesAndSeconds(recorded.durationMs)
    showToast({ title: t(kind === 'audio' ? words.voiceSaved : words.videoSaved, { time }), detail: cap || t(shellWords.onThisPhone) })
  }
  const keepAgain = async (): Promise<void> => void (unsaved.value && (await keep(unsaved.value)))
  function shut(): void {
    unsaved.value = null
    isAsking.value = false
    isOpen.value = false
  }
  /** The sheet's cross, the veil beside it, Escape: each may be a slip. Asked twice, it goes on. */
  function askToClose(): void {
    if (isSaving.value) return
    if (recording.value || unsaved.value) isAsking.value = !isAsking.value
    else shut()
  }
  function discard(): void {
    recording.value?.cancel()
    shut()
  }
  onScopeDispose(() => {
    isGone = true
    clearInterval(ticking)
    recording.value?.stop() // kept: the screen went away, nobody said no
  })
  return { recording, unsaved, refused, isOpen, isAsking, isSaving, problem, elapsedMs, begin, keepAgain, askToClose, discard, stop: () => recording.value?.stop() }
}
