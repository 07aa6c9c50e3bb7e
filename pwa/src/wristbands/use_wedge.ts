/** Hand scanners on screens that are no scanning screen: one of our wristbands opens its patient. */
import { onBeforeUnmount, onMounted } from 'vue'
import { useRouter } from 'vue-router'
import { listenForWedge } from '../device/wedge_reader'

// Not from code.ts: the list, which is the first screen, needs no more than this.
const PREFIX = 'GLW1'

/** Codes of other kinds (badges, medicines) are left to whoever else listens. */
export function useWristbandWedge(): void {
  const router = useRouter()
  let stop: () => void = () => undefined
  onMounted(() => {
    stop = listenForWedge((text) => {
      if (text.trim().toUpperCase().startsWith(PREFIX)) void router.push({ path: '/scan', query: { code: text.trim() } })
    })
  })
  onBeforeUnmount(() => stop())
}
