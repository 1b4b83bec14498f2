/** The kinds of files beside photos that a question can ask for; the server takes the same. */

export type FileKind = 'audio' | 'video' | 'file'

export const FILE_WORDS: Record<FileKind, { take: string; again: string }> = {
  audio: { take: '录音', again: '重录' },
  video: { take: '录像', again: '重录' },
  file: { take: '选一个文件', again: '换一个' },
}

/** What the phone offers to choose from. */
export function accepted(kind: FileKind): string {
  return kind === 'file' ? '.pdf,image/jpeg,image/png,audio/*,video/*' : `${kind}/*`
}

/** What the server stores (docs/protocol.md, attachments). */
export const LARGEST = 20 * 1024 * 1024

/** The ending of a kept file's name: as it was, where that is plain; else after its type. */
export function endingOf({ name, type }: { name: string; type: string }): string {
  const own = /\.([A-Za-z0-9]{1,5})$/.exec(name)?.[1]?.toLowerCase()
  return own ?? (/\/(?:x-)?([a-z0-9]{1,5})/.exec(type)?.[1] || 'bin')
}
