/** What policy says of choices: those that a county added (`list.<name>`), the terms of an era (`term.<name>`). */
import { today } from '@/shared/dates'
import { policy, session } from './session'

export type Words = Readonly<Record<string, string>>

/** The choices that are offered on a day beside those of the forms. */
export const addedTo = (list: string, day = today()): Words => wordsOf(policy(`list.${list}`, day))

/** What choices are called on a day, where it is not what the forms call them. */
export const termsOf = (list: string, day = today()): Words => wordsOf(policy(`term.${list}`, day))

/** The choices that were ever added to a list, also those that are offered no more. */
export function everAddedTo(list: string): Words {
  const dated = session.value?.policy_dated?.[`list.${list}`] ?? []
  return Object.assign({}, ...dated.map(([, value]) => wordsOf(value)), addedTo(list)) as Words
}

/** The lists of which policy says anything. */
export function listsSpokenOf(): string[] {
  const keys = [
    ...Object.keys(session.value?.policy ?? {}),
    ...Object.keys(session.value?.policy_dated ?? {}),
  ]
  const names = keys.map((key) => /^(?:list|term)\.(.+)$/.exec(key)?.[1])
  return [...new Set(names.filter((name) => name !== undefined))]
}

function wordsOf(value: unknown): Words {
  return typeof value === 'object' && value !== null ? (value as Words) : {}
}
