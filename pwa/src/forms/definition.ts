/** Reading a form's definition, as the server compiled it from the XLSForm. */
import type { Dictionary, FormDefinition, Question } from '@/device/records'

export type { Dictionary, FormDefinition } from '@/device/records'
export type DefinedQuestion = Question

/** Where a form names an entity: paths of the fields that hold its id and whether it existed (null: it always did). */
export interface DefinedEntity {
  register: string
  path: string
  id: string
  known: string | null
  /** False where the person picks the entity, and nothing is filled in for each known one. */
  prefill?: boolean
}

export function entitiesOf(definition: FormDefinition): readonly DefinedEntity[] {
  return definition.entities
}

export type QuestionType =
  | 'text'
  | 'integer'
  | 'decimal'
  | 'date'
  | 'time'
  | 'dateTime'
  | 'select_one'
  | 'select_multiple'
  | 'range'
  | 'rank'
  | 'barcode'
  | 'image'
  | 'audio'
  | 'video'
  | 'file'
  | 'geopoint'
  | 'acknowledge'
  | 'note'
  | 'hidden'

/** The Chinese label of a choice; an unknown code stands for itself. */
export function choiceLabel(
  lists: FormDefinition['lists'],
  list: string | null | undefined,
  code: string,
): string {
  return lists[list ?? '']?.find(([value]) => value === code)?.[1] ?? code
}

/** `中文 (zh)`, `zh-CN`, `Chinese`: how forms name their languages. */
export function isChinese(language: string): boolean {
  return /中文|汉语|chinese|\bzh\b/i.test(language)
}

/** A path without the positions of repeats: `/data/members[2]/name` is asked by `/data/members/name`. */
export function plainPath(reference: string): string {
  return reference.replace(/\[\d+\]/g, '')
}

export function isRepeat(definition: FormDefinition, path: string): boolean {
  return definition.groups.some((group) => group.path === path && group.kind === 'repeat')
}

/** Definitions never change: what is looked up at every answer is put in order once. */
const byPath = new WeakMap<FormDefinition['questions'], Map<string, DefinedQuestion>>()

export function questionOfPath(
  { questions }: FormDefinition,
  path: string,
): DefinedQuestion | undefined {
  const known = byPath.get(questions) ?? new Map(questions.map((one) => [one.path, one]))
  byPath.set(questions, known)
  return known.get(path)
}

/** The entity that a path speaks of: the innermost whose own path leads to it. */
export function entityAround(definition: FormDefinition, path: string): DefinedEntity | undefined {
  return entitiesOf(definition)
    .filter((entity) => path.startsWith(`${entity.path}/`))
    .reduce<DefinedEntity | undefined>(
      (nearest, one) => (nearest && nearest.path.length > one.path.length ? nearest : one),
      undefined,
    )
}

/** The questions whose answers become properties of an entity of the form. */
export function questionsSavedTo(
  definition: FormDefinition,
  entity: DefinedEntity,
): DefinedQuestion[] {
  return definition.questions.filter(
    (question) => question.save_to && entityAround(definition, question.path) === entity,
  )
}

/** The entity that a question's answer belongs to. */
export function entityOf(
  definition: FormDefinition,
  question: DefinedQuestion,
): DefinedEntity | undefined {
  return question.save_to ? entityAround(definition, question.path) : undefined
}

/** Where the instances of an entity stand: the innermost repeat that it is or lies in; null for the form itself. */
export function repeatOf(definition: FormDefinition, entity: DefinedEntity): string | null {
  const around = definition.groups.filter(
    ({ path, kind }) => kind === 'repeat' && `${entity.path}/`.startsWith(`${path}/`),
  )
  return around.reduce((inner, { path }) => (path.length > inner.length ? path : inner), '') || null
}

/** What merges as one with a property; a property the dictionary does not know is a unit of its own. */
export function unitOf(dictionary: Dictionary | null, register: string, property: string): string {
  return (
    dictionary?.registers[register]?.properties.find(({ name }) => name === property)?.unit ??
    property
  )
}
