/** Graded parts of a house as the form words them: “c级：砌筑很差；裂缝多”. Pure. */
import type { Choice, Question } from '@/forms/form-node'

export interface Graded {
  /** `a` … `d`, `A` … `D`; `–` where the house has no such part. */
  letter: string
  words: string
}

const WORDED = /^([a-dA-D])\s*级[：:]\s*(.+)$/

/** Letter and description of a choice; one that is not graded is only its words. */
export function gradedOf({ label }: Choice): Graded {
  const found = WORDED.exec(label)
  if (found) return { letter: found[1] ?? '', words: found[2] ?? '' }
  return { letter: '–', words: label.replace(/^不适用[：:]/, '') }
}

/** What was chosen of a part; undefined while nothing is. */
export function chosenOf(question: Question): Graded | undefined {
  const choice = question.choices.find(({ value }) => value === question.value)
  return choice && gradedOf(choice)
}

/** A part in which something is dangerous. */
export function isBad(letter: string): boolean {
  return 'cdCD'.includes(letter)
}

/** The parts from which the grade comes: those as bad as the whole. */
export function worstOf(parts: readonly Question[], grade: string): Question[] {
  return parts.filter(({ value }) => value !== '' && value.toUpperCase() === grade)
}
