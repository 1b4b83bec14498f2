/** Reading and writing instance XML by plain paths, without the form engine. */
import { plainPath } from './definition'

export function parseXml(xml: string): Document {
  return new DOMParser().parseFromString(xml, 'text/xml')
}

export function serialise(element: Element): string {
  return new XMLSerializer().serializeToString(element)
}

/** The children of an element that bear a name, whatever their namespace. */
export function childrenNamed(parent: Element, name: string): Element[] {
  return [...parent.children].filter((child) => child.localName === name)
}

/** Every element at an absolute path; several where the path crosses a repeat. */
export function elementsAt(root: Element, path: string): Element[] {
  const [first, ...names] = plainPath(path).split('/').filter(Boolean)
  if (first !== root.localName) return []
  return names.reduce<Element[]>(
    (found, name) => found.flatMap((element) => childrenNamed(element, name)),
    [root],
  )
}

/** The element at `path` below a branch that itself stands at `branchPath`. */
export function elementBelow(branch: Element, branchPath: string, path: string): Element | null {
  const names = path.slice(branchPath.length).split('/').filter(Boolean)
  return names.reduce<Element | null>(
    (element, name) => (element ? (childrenNamed(element, name)[0] ?? null) : null),
    branch,
  )
}

export function textAt(root: Element, path: string): string {
  return elementsAt(root, path)[0]?.textContent?.trim() ?? ''
}

/** Set a metadata field (`instanceID`, `deprecatedID`) in the namespace that `meta` has. */
export function setMeta(root: Element, name: string, value: string): void {
  const document = root.ownerDocument
  let meta = childrenNamed(root, 'meta')[0]
  if (!meta) {
    meta = document.createElementNS(root.namespaceURI, 'meta')
    root.append(meta)
  }
  let field = childrenNamed(meta, name)[0]
  if (!field) {
    field = document.createElementNS(meta.namespaceURI, name)
    meta.append(field)
  }
  field.textContent = value
}
