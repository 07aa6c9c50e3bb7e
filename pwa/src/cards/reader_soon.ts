/**
 * Opens the card reader on screens that a card is scanned from, and before: on a slow phone its models take ten seconds to
 * open and half a minute to be compiled well.
 */
import { onBeforeUnmount, onMounted } from 'vue'
import { checkModels, leaveReader, setUp, warmReader } from './store'

/** The screen stands and answers first. */
const PAUSE_MS = 400
const LONG_PAUSE_MS = 3000
/** The models take 150 MB; a phone of less memory (in GB; Chrome tells it, others do not) opens them when they are asked for. */
const LEAST_MEMORY_GB = 3
/** So many that those who tap do not feel it. */
const LEAST_PROCESSORS = 4

/** `maybe` says that a card is scanned from this screen less often than not: later, and only where processors are to spare. */
export function useReaderSoon({ maybe = false } = {}): void {
  const memory = (navigator as Navigator & { deviceMemory?: number }).deviceMemory ?? LEAST_MEMORY_GB
  const mayOpen = memory >= LEAST_MEMORY_GB && (!maybe || navigator.hardwareConcurrency >= LEAST_PROCESSORS)
  let timer: ReturnType<typeof setTimeout> | undefined
  let isGone = false
  onMounted(() => {
    if (mayOpen) timer = setTimeout(() => void open().catch((error: unknown) => console.warn('cards: reader', error)), maybe ? LONG_PAUSE_MS : PAUSE_MS)
  })
  onBeforeUnmount(() => {
    isGone = true
    clearTimeout(timer)
  })
  async function open(): Promise<void> {
    await checkModels()
    if (isGone || setUp.value.step !== 'ready') return
    await warmReader()
    // A screen that stays open does not hold the memory: the models go after a while unless the camera is opened.
    leaveReader()
  }
}
