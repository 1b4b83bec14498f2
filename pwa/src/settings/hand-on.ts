/** Giving a file out of the app: by the phone's share sheet where the browser lets it, else as a download. */

/** Time for the browser to have fetched a download before its address is taken back. */
const KEPT_MS = 10 * 60 * 1000

export type HandedOn = 'shared' | 'downloaded' | 'given-up'

export async function handOn(name: string, content: Blob): Promise<HandedOn> {
  const file = new File([content], name, { type: content.type })
  if (navigator.canShare?.({ files: [file] })) {
    const shared = await navigator.share({ files: [file], title: name }).then(
      () => 'shared' as const,
      // The person closed the sheet, or the browser wants a fresh tap: nothing was sent.
      (error: unknown) =>
        error instanceof DOMException && error.name === 'AbortError' ? 'given-up' : null,
    )
    if (shared !== null) return shared
  }
  download(name, file)
  return 'downloaded'
}

function download(name: string, file: File): void {
  const link = document.createElement('a')
  link.href = URL.createObjectURL(file)
  link.download = name
  link.click()
  setTimeout(() => URL.revokeObjectURL(link.href), KEPT_MS)
}
