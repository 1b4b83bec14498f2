/** A phone that takes longer for a picture has no memory left for it, or the picture is broken. */
const MOST_MS = 20_000

/** What comes of work on a picture; null when it fails or does not end: decoders may hang without a word. */
export function inTime<T>(work: Promise<T>): Promise<T | null> {
  const late = new Promise<null>((resolve) => setTimeout(() => resolve(null), MOST_MS))
  const done = work.then(
    (value) => value,
    () => null,
  )
  return Promise.race([done, late])
}
