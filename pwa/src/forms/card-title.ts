/** What a folded card says: the first answers a person would tell it by. */
import type { Answering } from './answering'
import type { FormDefinition } from './definition'
import { choiceLabel, entitiesOf, questionOfPath } from './definition'
import type { Question, RepeatCard } from './form-node'
import { questionsOf } from './form-node'
import { isAsked } from './question-kind'
import { withoutOffset } from './questions/clock-time'
import { spoken } from './questions/typed-value'
import { monthDay } from './say-date'

export interface CardTitle {
  main: string
  rest: string
}

/** What nothing is told by: files, words of the form itself, places on a map, numbers alone. */
const UNSPOKEN = new Set([
  ...['image', 'audio', 'video', 'file', 'note', 'geopoint', 'acknowledge'],
  ...['integer', 'decimal', 'range'],
])

export function cardTitle(card: RepeatCard, answering: Answering): CardTitle {
  const said = questionsOf(card)
    .filter((question) => question.relevant && isAsked(question, answering.definition))
    .filter(({ type }) => !UNSPOKEN.has(type))
    .slice(0, 3)
    .map((question) => answerWords(question, answering))
    .filter(Boolean)
  return { main: said[0] ?? '', rest: said[1] ?? '' }
}

/** An answer as a person reads it: labels for codes, names for members. */
export function answerWords(question: Question, answering: Answering): string {
  return wordsFor(question, question.value, answering)
}

/** The same for any answer that the question may have had. */
export function wordsFor(question: Question, value: string, answering: Answering): string {
  const row = questionOfPath(answering.definition, question.path)
  if (row?.appearance?.split(' ').includes('member'))
    return answering.members.find(({ id }) => id === value)?.name ?? ''
  if (question.type === 'date') return monthDay(value)
  if (question.type === 'time' || question.type === 'dateTime')
    return withoutOffset(value).replace('T', ' ')
  if (!question.type.startsWith('select') && question.type !== 'rank') return spoken(value)
  return value
    .split(' ')
    .filter(Boolean)
    .map((code) => choiceLabel(answering.definition.lists, row?.list, code))
    .join('、')
}

/** Only what was added in this record may be taken away; a known person leaves by an answer, never by deleting. */
export function isRemovable(card: RepeatCard, definition: FormDefinition): boolean {
  const entity = entitiesOf(definition).find(({ path }) => path === card.path)
  if (!entity || entity.prefill === false) return true
  return !questionsOf(card).find(({ path }) => path === entity.known)?.value
}
