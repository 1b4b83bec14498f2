/** Forms that are filled in page by page: which they are, and what each page holds. Pure. */
import type { FormDefinition } from './definition'
import type { FormNode, Group } from './form-node'
import { isVisible, isWithin } from './missing-items'

/** Where the page's own state says which page is seen: a reference on it. */
export const PAGE = 'page-at'

/** The form asks for pages, as a whole or by a group that stands on one. */
export function isPaged(definition: FormDefinition): boolean {
  const style = definition.settings.style
  return (
    (typeof style === 'string' && style.split(' ').includes('pages')) ||
    definition.groups.some((group) => isOnePage(definition, group.path))
  )
}

function isOnePage(definition: FormDefinition, path: string): boolean {
  const group = definition.groups.find((one) => one.path === path)
  return String(group?.appearance ?? '')
    .split(' ')
    .includes('field-list')
}

/** A page each: a group, a repeat or a question at the top; a group of pages gives its own. */
export function pagesOf(root: Group, definition: FormDefinition): FormNode[] {
  return root.children
    .filter((node) => isVisible(node, definition))
    .flatMap((node) => (isOfPages(node, definition) ? pagesOf(node, definition) : [node]))
}

function isOfPages(node: FormNode, definition: FormDefinition): node is Group {
  return (
    node.node === 'group' &&
    !isOnePage(definition, node.path) &&
    definition.groups.some(
      ({ path }) => path.startsWith(`${node.path}/`) && isOnePage(definition, path),
    )
  )
}

/** Which page a reference stands on; the first where it stands on none. */
export function pageAt(pages: readonly FormNode[], reference: unknown): number {
  if (typeof reference !== 'string') return 0
  return Math.max(
    0,
    pages.findIndex((page) => isWithin(reference, page.reference)),
  )
}
