import type { RepeatCard } from '@/forms/form-node'
import { questionsOf } from '@/forms/form-node'

/** Whether a card is about a problem that was on file when the record began. */
export function isKnown(card: RepeatCard): boolean {
  return questionsOf(card).some(({ name, value }) => name === 'problem_known' && value !== '')
}
