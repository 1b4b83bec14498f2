/** Where the answer of an open form's question goes: entity, property, unit. */
import type { Dictionary, FormDefinition } from '@/device/records'
import { entityOf, questionOfPath, repeatOf, unitOf } from './definition'
import type { OpenForm, Question } from './form-node'
import { questionsOf } from './form-node'

export interface SavedTo {
  entity: string
  property: string
  unit: string
}

/** Undefined for a question that is saved to no register, or to an entity that is not picked yet. */
export function savedTo(
  question: Question,
  form: OpenForm,
  definition: FormDefinition,
  dictionary: Dictionary | null,
): SavedTo | undefined {
  const row = questionOfPath(definition, question.path)
  const entity = row && entityOf(definition, row)
  if (!row?.save_to || !entity) return undefined
  const { register, property } = row.save_to
  const repeat = repeatOf(definition, entity)
  const card = repeat && /^.*\[\d+\]/.exec(question.reference)?.[0]
  const idAt = card ? card + entity.id.slice(repeat.length) : entity.id
  const id = questionsOf(form.root).find(
    ({ path, reference }) => path === entity.id && reference === idAt,
  )?.value
  return id ? { entity: id, property, unit: unitOf(dictionary, register, property) } : undefined
}
