/** An open form in our own words: what the pages see of the form engine. */
import { computed, type ComputedRef } from 'vue'
import type { QuestionType } from './definition'
import type { Rich } from './rich-text'

export interface Choice {
  value: string
  label: string
}

export interface Violation {
  condition: 'required' | 'constraint'
  message: string
}

/** One question. Its getters follow the engine, so a template that reads them is drawn again when they change. */
export interface Question {
  readonly node: 'question'
  readonly key: string
  /** Without positions, as in the definition. */
  readonly path: string
  /** With positions, as in the instance. */
  readonly reference: string
  readonly name: string
  readonly type: QuestionType
  /** In plain words. */
  readonly label: string
  readonly hint: string
  /** The same with what Markdown makes of it; null where it is plain. */
  readonly richLabel: readonly Rich[] | null
  readonly richHint: readonly Rich[] | null
  readonly relevant: boolean
  readonly required: boolean
  readonly readonly: boolean
  /** As it stands in the XML: `` blank, several choices parted by blanks, an image by its file name. */
  readonly value: string
  readonly choices: readonly Choice[]
  readonly violation: Violation | null
  /** Answer; `` erases. A value that the type cannot hold becomes blank. */
  write(value: string): void
}

export interface Group {
  readonly node: 'group'
  readonly key: string
  readonly path: string
  readonly reference: string
  readonly name: string
  readonly label: string
  readonly relevant: boolean
  readonly children: readonly FormNode[]
}

export interface RepeatCard {
  readonly node: 'card'
  readonly key: string
  readonly path: string
  readonly reference: string
  readonly name: string
  readonly label: string
  readonly relevant: boolean
  readonly children: readonly FormNode[]
}

export interface Repeat {
  readonly node: 'repeat'
  readonly key: string
  readonly path: string
  readonly reference: string
  readonly name: string
  readonly label: string
  readonly relevant: boolean
  readonly cards: readonly RepeatCard[]
  /** The form itself says how many cards there are: none is added or taken away by hand. */
  readonly counted: boolean
  add(): void
  remove(index: number): void
}

export type FormNode = Question | Group | Repeat
export type Branch = Group | RepeatCard

export interface Missing {
  /** Of the question. */
  key: string
  reference: string
  condition: Violation['condition']
}

export interface OpenForm {
  readonly root: Group
  /** The instance as it stands now. */
  xml(): string
  /** What is required and blank, or breaks a rule, in the order of the form. */
  readonly missing: readonly Missing[]
}

export interface LoadedForm {
  /** Make a first, blank instance; nothing where one was opened already. */
  warm(): void
  /** Open an instance, new or half filled; the one opened before is given up. */
  open(instanceXml: string): Promise<OpenForm>
}

const below = new WeakMap<Branch, ComputedRef<readonly Question[]>>()

/** Every question below, in the order of the form, repeats included; walked anew only when cards come or go. */
export function questionsOf(branch: Branch): readonly Question[] {
  const known = below.get(branch) ?? computed(() => walk(branch))
  below.set(branch, known)
  return known.value
}

function walk(branch: Branch): Question[] {
  return branch.children.flatMap((child) =>
    child.node === 'question'
      ? [child]
      : child.node === 'group'
        ? questionsOf(child)
        : child.cards.flatMap(questionsOf),
  )
}

/** The question at a path without positions; the first one where repeats hold several. */
export function questionAt(branch: Branch, path: string): Question | undefined {
  return questionsOf(branch).find((question) => question.path === path)
}
