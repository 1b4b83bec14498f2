/** “和上次一样”: one tap that answers a section as it was answered last time, whatever its questions are. */
import type { Answering } from './answering'
import { fit } from './build-instance'
import { questionOfPath } from './definition'
import type { Branch, Question } from './form-node'
import { questionsOf } from './form-node'
import { isAsked } from './question-kind'
import { isAboutChange } from './unchanged'

/** What is seen or made anew each time. */
const ANEW = new Set(['image', 'audio', 'video', 'file', 'acknowledge', 'note', 'hidden'])

/** The blank questions of a section of which the last answer is known, and may be given again. */
export function repeatable(branch: Branch, answering: Answering): Question[] {
  return questionsOf(branch).filter(
    (question) =>
      question.relevant &&
      !question.value &&
      !question.readonly &&
      isAsked(question, answering.definition) &&
      mayStand(question, answering),
  )
}

/** The last answer, where this form can take it. */
function mayStand(question: Question, answering: Answering): boolean {
  const row = questionOfPath(answering.definition, question.path)
  if (!row || ANEW.has(question.type) || isAboutChange(row)) return false
  const before = answering.lastTime(question)
  if (!before || fit(row, before, answering.definition) !== before) return false
  const offered = new Set(question.choices.map(({ value }) => value))
  return offered.size === 0 || before.split(' ').every((code) => offered.has(code))
}

/** Answer as last time, with what those answers ask for in turn; returns the references of what was answered. */
export function answerAsLast(branch: Branch, answering: Answering): string[] {
  const given = new Set<string>()
  for (;;) {
    const next = repeatable(branch, answering).filter(({ reference }) => !given.has(reference))
    if (next.length === 0) return [...given]
    for (const question of next) {
      answering.answer(question, answering.lastTime(question) ?? '')
      given.add(question.reference)
    }
  }
}

/** Of what was answered so, whether all of it still stands. */
export function standsAsLast(
  branch: Branch,
  given: readonly string[],
  answering: Answering,
): boolean {
  const references = new Set(given)
  return questionsOf(branch)
    .filter(({ reference }) => references.has(reference))
    .every((question) => isSame(question, answering.lastTime(question) ?? ''))
}

/** The engine writes 68 as `68.0`. */
function isSame({ type, value }: Question, before: string): boolean {
  return type === 'decimal' ? value !== '' && Number(value) === Number(before) : value === before
}

/** Take back what was answered so. */
export function takeBack(branch: Branch, given: readonly string[], answering: Answering): void {
  const references = new Set(given)
  for (const question of questionsOf(branch)) {
    if (references.has(question.reference)) answering.answer(question, '')
  }
}
