/** A form in the words of policy: with the choices that a county added, called as on the day of the record. */
import type { FormVersion } from '@/device'
import { addedTo, everAddedTo, listsSpokenOf, termsOf } from '@/device/vocabulary'
import { parseXml, serialise } from './instance-xml'

type Choices = [code: string, word: string][]

export interface SpokenForm extends FormVersion {
  /** What tells it from the same version in other words. */
  words?: string
}

/**
 * The version as it is asked on a day.
 *
 * held: an instance; what it holds stays a choice though it is offered no more.
 */
export function spoken(version: FormVersion, day: string, held = ''): SpokenForm {
  const lists = otherwise(version, day, held)
  const words = JSON.stringify(lists)
  if (words === '{}') return version
  const name = `${version.form_id}:${version.version}:${words}`
  const known = made.get(name)
  if (known) return known
  const { definition, xform } = version
  const said = {
    ...version,
    words,
    definition: { ...definition, lists: { ...definition.lists, ...lists } },
    xform: rewritten(version, xform, lists),
  }
  made.set(name, said)
  return said
}

const made = new Map<string, SpokenForm>()

/** The lists of the form that are otherwise than it has them. */
function otherwise(
  { definition }: FormVersion,
  day: string,
  held: string,
): Record<string, Choices> {
  const lists: Record<string, Choices> = {}
  for (const name of listsSpokenOf()) {
    const own = definition.lists[name]
    if (!own) continue
    const terms = termsOf(name, day)
    const added = Object.entries({ ...stillHeld(name, held), ...addedTo(name, day) })
    const more = added.filter(([code]) => own.every(([known]) => known !== code))
    const all = [...own, ...more].map(([code, word]): [string, string] => [
      code,
      terms[code] ?? word,
    ])
    if (JSON.stringify(all) !== JSON.stringify(own)) lists[name] = all
  }
  return lists
}

/** Of all that was ever added what an instance holds. */
function stillHeld(list: string, held: string): Record<string, string> {
  const all = Object.entries(held ? everAddedTo(list) : {})
  return Object.fromEntries(all.filter(([code]) => new RegExp(`[> ]${code}[ <]`).test(held)))
}

function rewritten(version: FormVersion, xform: string, lists: Record<string, Choices>): string {
  const root = parseXml(xform).documentElement
  const listOf = new Map(version.definition.questions.map(({ path, list }) => [path, list ?? '']))
  for (const control of root.querySelectorAll('select, select1')) {
    const choices = lists[listOf.get(control.getAttribute('ref') ?? '') ?? '']
    if (choices && itemsOf(control).length > 0) write(control, 'value', choices)
  }
  for (const instance of root.querySelectorAll('model > instance[id]')) {
    const choices = lists[instance.getAttribute('id') ?? '']
    const items = instance.firstElementChild
    if (choices && items) write(items, 'name', choices)
  }
  return serialise(root)
}

const itemsOf = (around: Element) =>
  [...around.children].filter(({ localName }) => localName === 'item')

function write(around: Element, codeIn: string, choices: Choices): void {
  const items = itemsOf(around)
  const codeOf = (item: Element) => childOf(item, codeIn)?.textContent?.trim()
  for (const [code, word] of choices) {
    const item = items.find((one) => codeOf(one) === code)
    const label = item && childOf(item, 'label')
    if (label && !label.getAttribute('ref')) label.textContent = word
    if (!item && items[0]) around.append(another(items[0], { label: word, [codeIn]: code }))
  }
}

/** An item like another one; its other columns are blank. */
function another(like: Element, said: Record<string, string>): Element {
  const item = like.cloneNode(true) as Element
  for (const child of item.children) {
    child.removeAttribute('ref')
    child.textContent = said[child.localName] ?? ''
  }
  return item
}

const childOf = (item: Element, name: string) =>
  [...item.children].find(({ localName }) => localName === name)
