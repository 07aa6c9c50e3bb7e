/** How large a JPEG or PNG says that it is, from its head, so that an enormous one is never unpacked whole. */
export function pictureSize(head: Uint8Array): { width: number; height: number } | null {
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength)
  if (head.length > 24 && view.getUint32(0) === 0x89504e47) return { width: view.getUint32(16), height: view.getUint32(20) }
  if (head.length < 4 || view.getUint16(0) !== 0xffd8) return null
  for (let at = 2; at + 9 < head.length; ) {
    if (head[at] !== 0xff) return null
    const marker = head[at + 1]!
    // Start of frame, whatever its coding; C4, C8 and CC are tables.
    if (marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker)) return { width: view.getUint16(at + 7), height: view.getUint16(at + 5) }
    at += marker === 0xff ? 1 : 2 + view.getUint16(at + 2)
  }
  return null
}
