/** Which field asks a question, and how its absence is named. */
import type { FormDefinition } from './definition'
import { questionOfPath } from './definition'
import type { Question } from './form-node'

export type FieldKind =
  | 'text'
  | 'choice'
  | 'long'
  | 'date'
  | 'image'
  | 'signature'
  | 'position'
  | 'acknowledge'
  | 'member'
  | 'people'
  | 'note'
  | 'none'

/** From so many choices on, a person searches instead of looking. */
const MANY = 13

export function fieldKind(question: Question, definition: FormDefinition): FieldKind {
  const appearance = appearanceOf(question, definition)
  if (appearance.includes('hidden') || appearance.includes('met-who')) return 'none'
  if (appearance.includes('member')) return 'member'
  if (appearance.includes('people')) return 'people'
  switch (question.type) {
    case 'select_one':
    case 'select_multiple':
      return question.choices.length >= MANY ? 'long' : 'choice'
    case 'image':
      return appearance.includes('signature') ? 'signature' : 'image'
    case 'geopoint':
      return 'position'
    case 'date':
    case 'acknowledge':
    case 'note':
      return question.type
    case 'hidden':
      return 'none'
    default:
      return 'text'
  }
}

function appearanceOf(question: Question, definition: FormDefinition): string[] {
  return (questionOfPath(definition, question.path)?.appearance ?? '').split(' ')
}

/** Asked of the person on the form's page, not set by it. */
export function isAsked(question: Question, definition: FormDefinition): boolean {
  const appearance = appearanceOf(question, definition)
  return question.type !== 'hidden' && !appearance.includes('hidden')
}

export function isGroupOfControls(kind: FieldKind): boolean {
  return !['text', 'date', 'position', 'note', 'none'].includes(kind)
}

/** Whether last time's answer stands in words under the field; choices mark it themselves. */
export function showsLastTime(kind: FieldKind): boolean {
  return ['text', 'date', 'member', 'people'].includes(kind)
}

export function missingWord(kind: FieldKind): string {
  if (['choice', 'long', 'member', 'people'].includes(kind)) return '还没选'
  if (kind === 'image') return '还没拍'
  if (kind === 'signature') return '还没签'
  if (kind === 'acknowledge') return '还没核对'
  return '还没填'
}
