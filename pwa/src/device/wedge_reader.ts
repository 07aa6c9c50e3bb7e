/**
 * Scanners on desks type what they read like a keyboard, very fast, and press Enter. A burst of such keys becomes one code;
 * a person's typing stays typing. Where a text field had the focus, it gets back what it held before the burst.
 */

/** A person's fastest keys are about 60 ms apart, a scanner's under 30; over Bluetooth single keys come later. */
const LONGEST_GAP_MS = 90
const MEAN_GAP_MS = 35
const SHORTEST_CODE = 6
const LONGEST_CODE = 2000
const MODIFIERS = new Set(['Shift', 'CapsLock', 'AltGraph'])

export interface Key {
  key: string
  at_ms: number
  isRepeat: boolean
  isCommand: boolean
}
export interface WedgeBurst {
  /** Gives the code with its Enter, otherwise null. `isFirst` is true for the key that a burst would begin with. */
  take(key: Key): { code: string | null; isFirst: boolean }
}

/** Gathers keys by their own times; knows no page. */
export function wedgeBurst(): WedgeBurst {
  let text = ''
  let began = 0
  let last = 0
  const nothing = { code: null, isFirst: false }
  return {
    take({ key, at_ms, isRepeat, isCommand }) {
      if (MODIFIERS.has(key)) return nothing
      const isLate = text !== '' && at_ms - last > LONGEST_GAP_MS
      if (key === 'Enter' && !isLate) {
        const code = text
        const isFast = code.length > 1 && (last - began) / (code.length - 1) <= MEAN_GAP_MS
        text = ''
        return code.length >= SHORTEST_CODE && isFast ? { code, isFirst: false } : nothing
      }
      // A held key repeats as fast as a scanner types, and commands are no text.
      if (isRepeat || isCommand || [...key].length !== 1 || text.length >= LONGEST_CODE) {
        text = ''
        return nothing
      }
      const isFirst = text === '' || isLate
      if (isFirst) began = at_ms
      text = isFirst ? key : text + key
      last = at_ms
      return { code: null, isFirst }
    },
  }
}

type TextField = HTMLInputElement | HTMLTextAreaElement
interface Held {
  field: TextField
  value: string
  start: number | null
  end: number | null
}

function heldBy(target: EventTarget | null): Held | null {
  const isField = target instanceof HTMLTextAreaElement || target instanceof HTMLInputElement
  return isField ? { field: target, value: target.value, start: target.selectionStart, end: target.selectionEnd } : null
}
function giveBack({ field, value, start, end }: Held): void {
  field.value = value
  if (start !== null) field.setSelectionRange(start, end)
  field.dispatchEvent(new Event('input', { bubbles: true }))
}

/** Listen on the whole page until the returned function is called. Enter of a code does nothing else. */
export function listenForWedge(onCode: (code: string) => void, page: EventTarget = window): () => void {
  const burst = wedgeBurst()
  let held: Held | null = null
  const pressed = (event: Event): void => {
    const { key, timeStamp, repeat, ctrlKey, altKey, metaKey, isComposing } = event as KeyboardEvent
    const { code, isFirst } = burst.take({ key, at_ms: timeStamp, isRepeat: repeat, isCommand: ctrlKey || altKey || metaKey || isComposing })
    if (isFirst) held = heldBy(event.target)
    if (code === null) return
    event.preventDefault()
    event.stopPropagation()
    if (held) giveBack(held)
    held = null
    onCode(code)
  }
  page.addEventListener('keydown', pressed, { capture: true })
  return () => page.removeEventListener('keydown', pressed, { capture: true })
}
