/** Codes before a wristband screen, from the camera or a desk reader; a badge's text is a secret, and is shown on none. */
import { onBeforeUnmount, onMounted } from 'vue'
import { badgeRead } from '../badges/listening'
import { isMeantAsBadge } from '../badges/rules'
import { listenForWedge } from '../device/wedge_reader'

/** Gives `take` every code that is no badge while the screen stands; returns what the camera calls with a code. */
export function useHeardCodes(take: (text: string) => Promise<void>): (text: string) => Promise<void> {
  let stop: () => void = () => undefined
  // A desk reader's badge is heard on every screen already.
  onMounted(() => (stop = listenForWedge((text) => void (isMeantAsBadge(text) || take(text)))))
  onBeforeUnmount(() => stop())
  return async (text) => {
    if (!(await badgeRead(text, 'qr'))) await take(text)
  }
}
