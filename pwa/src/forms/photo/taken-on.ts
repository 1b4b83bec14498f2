/** What a camera noted in a picture's EXIF: when it was taken, and how the phone was held. */

const DATE_TIME_ORIGINAL = 0x9003
const DATE_TIME = 0x0132
const ORIENTATION = 0x0112
const EXIF_POINTER = 0x8769

/** `2026-10-16 14:32`, or `` where the picture does not say. Source: Exif 2.32, 4.6. */
export function takenOn(bytes: ArrayBuffer): string {
  const view = new DataView(bytes)
  const { tiff, little, entries } = notesOf(view)
  const exif = entries.get(EXIF_POINTER)
  const own = exif === undefined ? new Map() : directory(view, tiff, tiff + exif, little)
  const at = own.get(DATE_TIME_ORIGINAL) ?? entries.get(DATE_TIME)
  return at === undefined ? '' : readTime(view, tiff + at)
}

/** How the picture must be turned to stand upright, 1 to 8; 1 where it does not say. Source: Exif 2.32, 4.6.4. */
export function orientationOf(bytes: ArrayBuffer): number {
  const { little, entries } = notesOf(new DataView(bytes))
  const stored = entries.get(ORIENTATION) ?? 0
  const value = little ? stored & 0xffff : stored >>> 16
  return value >= 1 && value <= 8 ? value : 1
}

/** The first directory of the EXIF, empty where there is none. */
function notesOf(view: DataView) {
  const tiff = tiffStart(view)
  if (tiff < 0) return { tiff, little: false, entries: new Map<number, number>() }
  const little = inside(view, tiff, 2) && view.getUint16(tiff) === 0x4949
  const first = tiff + (inside(view, tiff + 4, 4) ? view.getUint32(tiff + 4, little) : 0)
  return { tiff, little, entries: directory(view, tiff, first, little) }
}

function inside(view: DataView, offset: number, length: number): boolean {
  return offset >= 0 && offset + length <= view.byteLength
}

function tiffStart(view: DataView): number {
  if (!inside(view, 0, 4) || view.getUint16(0) !== 0xffd8) return -1
  let offset = 2
  while (inside(view, offset, 10)) {
    const marker = view.getUint16(offset)
    if (marker === 0xffe1 && view.getUint32(offset + 4) === 0x45786966) return offset + 10
    if ((marker & 0xff00) !== 0xff00 || marker === 0xffda) return -1
    offset += 2 + view.getUint16(offset + 2)
  }
  return -1
}

/** Tag -> its 32-bit value or offset. */
function directory(view: DataView, tiff: number, start: number, little: boolean) {
  const found = new Map<number, number>()
  if (start <= tiff || !inside(view, start, 2)) return found
  const count = view.getUint16(start, little)
  for (let index = 0; index < count; index++) {
    const entry = start + 2 + index * 12
    if (!inside(view, entry, 12)) break
    found.set(view.getUint16(entry, little), view.getUint32(entry + 8, little))
  }
  return found
}

function readTime(view: DataView, offset: number): string {
  if (!inside(view, offset, 19)) return ''
  const text = String.fromCharCode(...new Uint8Array(view.buffer, offset, 19))
  const match = /^(\d{4}):(\d{2}):(\d{2}) (\d{2}):(\d{2})/.exec(text)
  return match ? `${match[1]}-${match[2]}-${match[3]} ${match[4]}:${match[5]}` : ''
}
