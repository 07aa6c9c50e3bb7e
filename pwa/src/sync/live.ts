// The hub's nudges over Socket.IO: "there is something new in this mailbox". They only hasten a pull; every lost one is
// made up for by the slow poll. The library is loaded after the first screen stands.
import { ref, type Ref } from 'vue'
import type { Socket } from 'socket.io-client'
import { hubAnswered } from './contact'
import { hubAddress } from './hub'
import { onSession, session } from './session'

export const isLive: Ref<boolean> = ref(false)

export interface LiveHandlers {
  onNudge: (database: string) => void
  onConnected: () => void
  onLost: () => void
}

type BoardChanged = (site: string) => void

let socket: Socket | null = null
let connectedAs: string | null = null
let isWanted = false
let stopWatching: (() => void) | null = null
const boardListeners = new Set<BoardChanged>()

/** Told when the hub says that the board of a site changed. */
export function onBoard(listener: BoardChanged): () => void {
  boardListeners.add(listener)
  return () => boardListeners.delete(listener)
}

export async function startLive({ onNudge, onConnected, onLost }: LiveHandlers): Promise<void> {
  isWanted = true
  const { io } = await import('socket.io-client')
  if (!isWanted || socket) return
  socket = io(`${hubAddress('')}/live`, {
    transports: ['websocket', 'polling'],
    tryAllTransports: true,
    reconnectionDelay: 500,
    reconnectionDelayMax: 5_000,
    autoConnect: false,
    auth: (give) => give({ token: session.value?.token ?? '' }),
  })
  socket.on('connect', () => {
    isLive.value = true
    hubAnswered()
    onConnected()
  })
  socket.on('disconnect', () => {
    isLive.value = false
    onLost()
  })
  socket.on('nudge', (message: { database?: string }) => {
    hubAnswered()
    if (typeof message?.database === 'string') onNudge(message.database)
  })
  socket.on('board', (message: { site?: string }) => {
    if (typeof message?.site === 'string') for (const listener of boardListeners) listener(message.site)
  })
  connect()
  stopWatching = onSession(connect)
}

/** (Re)connect under the present token; the server closed the socket of an older one, or will. */
function connect(): void {
  const token = session.value?.token ?? null
  if (!socket || token === connectedAs) return
  connectedAs = token
  socket.disconnect()
  if (token) socket.connect()
}

/** After a wake-up: do not wait for the library's own timer. */
export function hastenLive(): void {
  if (socket && connectedAs && !socket.connected) socket.disconnect().connect()
}

export function stopLive(): void {
  isWanted = false
  stopWatching?.()
  socket?.disconnect()
  socket = null
  connectedAs = null
  isLive.value = false
}
