/** Which pictures, sounds and films stand beside the words of questions and choices. Pure. */
import type { FormDefinition } from './definition'

export interface Media {
  kind: 'image' | 'audio' | 'video'
  /** SHA-256 of the file. */
  file: string
  /** The same larger, where the form has that too. */
  big?: string
}

const KINDS = ['image', 'audio', 'video'] as const

/** By what the form names: `image`, `big-image`, `audio`, `video` -> file name. */
export function mediaOf(
  definition: FormDefinition,
  named: Readonly<Record<string, unknown>>,
): Media[] {
  const fileOf = (kind: string) => definition.files?.[String(named[kind] ?? '')]
  const big = fileOf('big-image')
  return KINDS.flatMap((kind) => {
    const file = fileOf(kind)
    return file ? [{ kind, file, ...(kind === 'image' && big ? { big } : {}) }] : []
  })
}

/** Of each choice of a list that has any, by its code. */
export function mediaOfChoices(
  definition: FormDefinition,
  list: string | null | undefined,
): Map<string, Media[]> {
  const found = new Map<string, Media[]>()
  for (const choice of definition.lists[list ?? ''] ?? []) {
    const [code, , more = {}] = choice as [string, string, Record<string, string>?]
    const named = Object.fromEntries(
      Object.entries(more).map(([column, name]) => [column.replace(/^media::/, ''), name]),
    )
    const media = mediaOf(definition, named)
    if (media.length) found.set(code, media)
  }
  return found
}
