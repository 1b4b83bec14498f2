/** Makes a picture small enough to send from a village, without what it knows about the phone. */

export const LONGEST_EDGE = 1600
const QUALITY = 0.8

/** Width and height after shrinking to the longest edge; small pictures stay as they are. */
export function shrunk(width: number, height: number, longest = LONGEST_EDGE): [number, number] {
  const scale = Math.min(1, longest / Math.max(width, height))
  return [Math.round(width * scale), Math.round(height * scale)]
}

/** A JPEG of at most 1600 px, with the caption drawn in below; null when the phone makes none of the file.
 *
 * Drawing on a canvas leaves EXIF (position, phone) behind. Rejects or never ends where the phone's decoder does.
 */
export async function compress(file: Blob, caption: readonly string[]): Promise<Blob | null> {
  const bitmap = await createImageBitmap(file, { imageOrientation: 'from-image' })
  const [width, height] = shrunk(bitmap.width, bitmap.height)
  const canvas = document.createElement('canvas')
  canvas.width = width
  canvas.height = height
  const context = canvas.getContext('2d')
  if (!context) return null
  context.drawImage(bitmap, 0, 0, width, height)
  bitmap.close()
  if (caption.length > 0) drawCaption(context, caption)
  return new Promise((resolve) => canvas.toBlob(resolve, 'image/jpeg', QUALITY))
}

/** A dark band along the lower edge, legible on snow and in a dark room alike. */
function drawCaption(context: CanvasRenderingContext2D, lines: readonly string[]): void {
  const { width, height } = context.canvas
  const size = Math.max(16, Math.round(Math.min(width, height) * 0.034))
  context.font = `${size}px "PingFang SC", "Noto Sans CJK SC", sans-serif`
  const rows = lines.flatMap((line) => wrapped(context, line, width - size * 1.4))
  const band = Math.round(rows.length * size * 1.4 + size * 0.8)
  context.fillStyle = 'rgba(0, 0, 0, .58)'
  context.fillRect(0, height - band, width, band)
  context.fillStyle = '#fff'
  context.textBaseline = 'top'
  rows.forEach((row, index) => {
    context.fillText(row, size * 0.7, height - band + size * 0.5 + index * size * 1.4)
  })
}

function wrapped(context: CanvasRenderingContext2D, line: string, room: number): string[] {
  const rows: string[] = ['']
  for (const character of line) {
    const row = rows.at(-1) ?? ''
    if (context.measureText(row + character).width > room && row) rows.push(character)
    else rows[rows.length - 1] = row + character
  }
  return rows
}
