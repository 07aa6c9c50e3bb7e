/**
 * Tones, each with one meaning, and speech for the wall. Browsers keep sound shut until a tap: `isSoundOpen` says
 * so, and a screen that must be heard shows it ("sound is off: tap") and calls `openSound` from that tap.
 */
import { ref } from 'vue'

export const isSoundOpen = ref(false)

let context: AudioContext | null = null

function follow(): void {
  isSoundOpen.value = context?.state === 'running'
}

/** Opens the sound; only a call from within a tap or key press can succeed. */
export async function openSound(): Promise<boolean> {
  if (typeof AudioContext === 'undefined') return false
  if (!context) {
    context = new AudioContext()
    context.addEventListener('statechange', follow)
  }
  if (context.state !== 'running') await context.resume()
  follow()
  return isSoundOpen.value
}

/** One tone with soft edges, so that a cheap loudspeaker does not click. */
function tone(hertz: number, atSeconds: number, seconds: number, volume: number): void {
  if (!context || context.state !== 'running') return
  const start = context.currentTime + atSeconds
  const oscillator = context.createOscillator()
  const gain = context.createGain()
  oscillator.frequency.value = hertz
  gain.gain.setValueAtTime(0, start)
  gain.gain.linearRampToValueAtTime(volume, start + 0.015)
  gain.gain.setValueAtTime(volume, start + seconds - 0.03)
  gain.gain.linearRampToValueAtTime(0, start + seconds)
  oscillator.connect(gain).connect(context.destination)
  oscillator.start(start)
  oscillator.stop(start + seconds)
}

export function playNewAlert(): void {
  tone(660, 0, 0.18, 0.6)
  tone(880, 0.2, 0.18, 0.6)
}
export function playCritical(): void {
  for (const at of [0, 0.16, 0.32]) tone(988, at, 0.1, 0.6)
}
export function playAcknowledged(): void {
  tone(523, 0, 0.25, 0.25)
}
export function playBadgeAccepted(): void {
  tone(784, 0, 0.08, 0.35)
  tone(1175, 0.09, 0.12, 0.35)
}
export function playBadgeRefused(): void {
  tone(247, 0, 0.3, 0.5)
}
export function playNotConfirmed(): void {
  tone(330, 0, 0.5, 0.5)
}

/** Says a sentence aloud where the device has a voice. */
export function speak(text: string, language: 'zh' | 'en'): void {
  if (typeof speechSynthesis === 'undefined') return
  const utterance = new SpeechSynthesisUtterance(text)
  utterance.lang = language === 'zh' ? 'zh-CN' : 'en-GB'
  speechSynthesis.speak(utterance)
}
