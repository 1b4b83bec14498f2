/** Words with Markdown in them: the little of it that we draw, and nothing of what could harm. Pure. */

export const TAGS = ['p', 'br', 'strong', 'em', 'u', 'ul', 'ol', 'li', 'a', 'h3', 'span'] as const
export type Tag = (typeof TAGS)[number]

/** Words, or a tag with what is inside; `href` of a link only. */
export type Rich = string | { tag: Tag; inside: readonly Rich[]; href?: string }

/** A node of formatted words, as the form engine tells of it. */
export interface FormattedNode {
  role: string
  elementName?: string
  children?: FormattedNode[]
  value?: string
  unsafeHtml?: string
  url?: string
}

/** Whether there is anything that Markdown could mean something by. */
export function hasMarkup(text: string): boolean {
  return /[*_#<[`\n]/.test(text)
}

export function richText(nodes: readonly FormattedNode[]): readonly Rich[] {
  return nodes.flatMap(richNode)
}

function richNode(node: FormattedNode): Rich[] {
  // HTML that is not of the known tags is shown as it was written, never run.
  if (node.role === 'html') return [node.unsafeHtml ?? '']
  if (node.role === 'line-break') return [{ tag: 'br', inside: [] }]
  if (node.role === 'child') return [node.value ?? '']
  const inside = richText(node.children ?? [])
  if (node.elementName === 'a') return [link(node.url ?? '', inside)]
  return [{ tag: tagOf(node.elementName ?? ''), inside }]
}

function tagOf(name: string): Tag {
  if (/^h\d$/.test(name)) return 'h3'
  if (name === 'div') return 'p'
  return TAGS.find((tag) => tag === name) ?? 'span'
}

function link(url: string, inside: readonly Rich[]): Rich {
  const safe = /^(https?:\/\/|tel:|mailto:)/i.test(url)
  return safe ? { tag: 'a', href: url, inside } : { tag: 'span', inside }
}

/** The words without what stands at their end. */
export function withoutEnd(words: readonly Rich[], end: string): readonly Rich[] {
  const last = words.at(-1)
  if (last === undefined) return words
  const rest = words.slice(0, -1)
  if (typeof last === 'string') return last.endsWith(end) ? [...rest, cut(last, end)] : words
  return [...rest, { ...last, inside: withoutEnd(last.inside, end) }]
}

export function cut(text: string, end: string): string {
  return end && text.endsWith(end) ? text.slice(0, -end.length) : text
}

/** The words alone. */
export function plainWords(words: readonly Rich[]): string {
  return words
    .map((word) => {
      if (typeof word === 'string') return word
      if (word.tag === 'br') return '\n'
      return plainWords(word.inside) + (['p', 'li', 'h3'].includes(word.tag) ? '\n' : '')
    })
    .join('')
    .trim()
}
