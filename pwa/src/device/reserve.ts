// A little room kept back for a full device. PouchDB cannot even open a database without writing a few bytes, so on a full
// disk nothing could be read or delivered any more. The reserve is a file of its own in the cache storage, whose bytes
// are free at once when it is deleted.
const NAME = 'greenlane-reserve'
const BYTES = 4_000_000
const ONLY_WITH_BYTES = 60_000_000

const cacheStorage = () => globalThis.caches as CacheStorage | undefined

/** Keep the reserve, while there is plenty of room. `leftBytes` is null where the browser does not say. */
export async function keepReserve(leftBytes: number | null): Promise<void> {
  const caches = cacheStorage()
  if (!caches || (leftBytes !== null && leftBytes < ONLY_WITH_BYTES) || (await caches.has(NAME))) return
  const cache = await caches.open(NAME)
  await cache.put('/reserve', new Response(new Uint8Array(BYTES)))
}

/** Give the reserve up. True when there was one: then trying again is worth while. */
export async function spendReserve(): Promise<boolean> {
  return (await cacheStorage()?.delete(NAME)) ?? false
}
