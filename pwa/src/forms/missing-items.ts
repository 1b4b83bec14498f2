/** What is still missing, as the sections and the foot name it. */
import type { FormDefinition } from './definition'
import type { Branch, FormNode, OpenForm, Question } from './form-node'
import { questionsOf } from './form-node'
import { isAsked } from './question-kind'

/** A reference lies at or below a place. */
export function isWithin(reference: string, place: string): boolean {
  if (!reference.startsWith(place)) return false
  const next = reference[place.length]
  return next === undefined || next === '/' || next === '['
}

/** Questions that a person must still answer or mend, in the order of the form; what the page sets itself is not named. */
export function missingQuestions(form: OpenForm, definition: FormDefinition): Question[] {
  const missing = new Set(form.missing.map(({ key }) => key))
  if (missing.size === 0) return []
  return questionsOf(form.root).filter(
    (question) => missing.has(question.key) && isAsked(question, definition),
  )
}

/** How many required questions are in sight, answered or not: what the progress bar is measured by. */
export function requiredCount(branch: Branch, definition: FormDefinition): number {
  return questionsOf(branch).filter(
    (question) => isAsked(question, definition) && question.relevant && question.required,
  ).length
}

/** Something to show for a person: a question that is asked and relevant, a card, or a group with one in it. */
export function isVisible(node: FormNode, definition: FormDefinition): boolean {
  if (!node.relevant) return false
  if (node.node === 'question') return isAsked(node, definition)
  if (node.node === 'repeat') return true
  return node.children.some((child) => isVisible(child, definition))
}
