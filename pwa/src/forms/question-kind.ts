/** Which field asks a question, and how its absence is named. */
import type { FormDefinition } from './definition'
import { questionOfPath } from './definition'
import type { Question } from './form-node'
import { SEARCHED } from './questions/choices'
import { isByParts } from './questions/date-parts'

export type FieldKind =
  | 'text'
  | 'choice'
  | 'long'
  | 'date'
  | 'parts'
  | 'time'
  | 'range'
  | 'rank'
  | 'barcode'
  | 'file'
  | 'image'
  | 'signature'
  | 'position'
  | 'acknowledge'
  | 'member'
  | 'people'
  | 'note'
  | 'none'

export function fieldKind(question: Question, definition: FormDefinition): FieldKind {
  const appearance = appearanceOf(question, definition)
  if (appearance.includes('hidden') || appearance.includes('met-who')) return 'none'
  if (appearance.includes('member')) return 'member'
  if (appearance.includes('people')) return 'people'
  switch (question.type) {
    case 'select_one':
    case 'select_multiple':
      return isLong(question, appearance) ? 'long' : 'choice'
    case 'image':
      return appearance.includes('signature') ? 'signature' : 'image'
    case 'geopoint':
      return 'position'
    case 'date':
      return isByParts(appearance) ? 'parts' : 'date'
    case 'time':
    case 'dateTime':
      return 'time'
    case 'audio':
    case 'video':
    case 'file':
      return 'file'
    case 'range':
    case 'rank':
    case 'barcode':
    case 'acknowledge':
    case 'note':
      return question.type
    case 'hidden':
      return 'none'
    default:
      return 'text'
  }
}

function isLong(question: Question, appearance: readonly string[]): boolean {
  if (question.choices.length >= SEARCHED) return true
  return appearance.some((word) => ['minimal', 'autocomplete', 'search'].includes(word))
}

export function appearanceOf(question: Question, definition: FormDefinition): string[] {
  return (questionOfPath(definition, question.path)?.appearance ?? '').split(' ')
}

/** Asked of the person on the form's page, not set by it. */
export function isAsked(question: Question, definition: FormDefinition): boolean {
  const appearance = appearanceOf(question, definition)
  return question.type !== 'hidden' && !appearance.includes('hidden')
}

export function isGroupOfControls(kind: FieldKind): boolean {
  return !['text', 'date', 'time', 'barcode', 'position', 'note', 'none'].includes(kind)
}

/** Whether last time's answer stands in words under the field; choices mark it themselves. */
export function showsLastTime(kind: FieldKind): boolean {
  return ['text', 'date', 'parts', 'time', 'range', 'rank', 'barcode', 'member', 'people'].includes(
    kind,
  )
}

export function missingWord(kind: FieldKind): string {
  if (['choice', 'long', 'member', 'people', 'range'].includes(kind)) return '还没选'
  if (kind === 'rank') return '还没排'
  if (kind === 'file') return '还没加'
  if (kind === 'image') return '还没拍'
  if (kind === 'signature') return '还没签'
  if (kind === 'acknowledge') return '还没核对'
  return '还没填'
}
