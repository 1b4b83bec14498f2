/** The words that people see: one list, the same that the office's pages use. */
import words from '@words'

export { words }

type Groups = typeof words
export type WordGroup = keyof Groups

/** The Chinese word of a code, or the code itself where the list does not know it (yet). */
export function word(group: WordGroup, code: string | null | undefined): string {
  if (code == null || code === '') return ''
  const list: Record<string, string> = words[group]
  return list[code] ?? code
}
