/** Only the part of the paper that holds ink is kept, so that a signature prints as large as it was meant. */

export interface Point {
  x: number
  y: number
}

export interface Box {
  left: number
  top: number
  width: number
  height: number
}

/** The box around all strokes with a margin, inside a paper of this size. Pure. */
export function inkBox(
  strokes: readonly { points: readonly Point[] }[],
  paper: { width: number; height: number },
  margin = 12,
): Box {
  const points = strokes.flatMap((stroke) => stroke.points)
  const across = points.map(({ x }) => x)
  const down = points.map(({ y }) => y)
  const left = Math.max(0, Math.min(...across) - margin)
  const top = Math.max(0, Math.min(...down) - margin)
  return {
    left,
    top,
    width: Math.min(paper.width, Math.max(...across) + margin) - left,
    height: Math.min(paper.height, Math.max(...down) + margin) - top,
  }
}

/** That part of a canvas as a PNG; `scale` is the canvas's pixels for one of the box's. */
export function cutOut(
  paper: HTMLCanvasElement,
  { left, top, width, height }: Box,
  scale: number,
): Promise<Blob | null> {
  const cut = document.createElement('canvas')
  cut.width = Math.round(width * scale)
  cut.height = Math.round(height * scale)
  cut.getContext('2d')?.drawImage(paper, -left * scale, -top * scale)
  return new Promise((resolve) => cut.toBlob(resolve, 'image/png'))
}
