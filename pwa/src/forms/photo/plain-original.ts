/** The camera's own file, for a phone that cannot shrink it: without what it knows about place and phone. */
import { orientationOf } from './taken-on'

/** What the server takes: more is refused there (docs/protocol.md, "Attachments"). */
const MOST_BYTES = 20 * 1024 * 1024
const MOST_PIXELS = 60_000_000

const START = 0xffd8
const SCAN = 0xffda
const END = 0xffd9
/** JFIF and Adobe: how to read the colours. All other APP segments and comments are notes. */
const NEEDED = [0xffe0, 0xffee]

/** A JPEG of the same picture; null where the file is none, is cut off, or is more than the server takes. */
export function plainOriginal(bytes: ArrayBuffer): Blob | null {
  const view = new DataView(bytes)
  if (bytes.byteLength < 4 || bytes.byteLength > MOST_BYTES || view.getUint16(0) !== START) {
    return null
  }
  const parts: BlobPart[] = [bytes.slice(0, 2), turned(orientationOf(bytes))]
  for (let at = 2; at + 9 < bytes.byteLength;) {
    const marker = view.getUint16(at)
    if (marker === SCAN) {
      const end = endOf(bytes, at)
      return end < 0 ? null : new Blob([...parts, bytes.slice(at, end)], { type: 'image/jpeg' })
    }
    if (isFrame(marker) && view.getUint16(at + 5) * view.getUint16(at + 7) > MOST_PIXELS)
      return null
    const next = at + 2 + view.getUint16(at + 2)
    if (!isNote(marker)) parts.push(bytes.slice(at, next))
    at = next
  }
  return null
}

function isFrame(marker: number): boolean {
  return marker >= 0xffc0 && marker <= 0xffc2
}

function isNote(marker: number): boolean {
  return (marker >= 0xffe0 && marker <= 0xffef && !NEEDED.includes(marker)) || marker === 0xfffe
}

/** Where the picture ends; a film of the same moment may hang behind it. -1: it was cut off. */
function endOf(bytes: ArrayBuffer, scan: number): number {
  const all = new Uint8Array(bytes)
  for (let at = all.indexOf(0xff, scan + 2); at >= 0; at = all.indexOf(0xff, at + 1)) {
    if (all[at + 1] === (END & 0xff)) return at + 2
  }
  return -1
}

/** An EXIF that says nothing but how the phone was held. */
function turned(orientation: number): Uint8Array<ArrayBuffer> {
  if (orientation === 1) return new Uint8Array()
  const bytes = new Uint8Array(36)
  const view = new DataView(bytes.buffer)
  view.setUint32(0, 0xffe10022)
  bytes.set(new TextEncoder().encode('Exif\0\0MM'), 4)
  view.setUint16(12, 42)
  view.setUint32(14, 8)
  view.setUint16(18, 1)
  view.setUint16(20, 0x0112)
  view.setUint16(22, 3)
  view.setUint32(24, 1)
  view.setUint16(28, orientation)
  return bytes
}
