/** “均无变化”: one tap that says what was seen, question by question. Pure. */
import type { DefinedQuestion } from './definition'

/** The answer that says nothing happened, where the question is about change. */
const NO_CHANGE = ['flat', 'no', 'none', 'same']
/** The answer that says all is well, where nothing is known from before. */
const ALL_WELL = ['yes', 'ok']

export interface Asked {
  question: DefinedQuestion
  choices: readonly string[]
  /** Undefined or blank: nothing known. */
  lastTime: string | undefined
}

/** The answers that one tap gives: last time's where it is known, else that all is well. A change is never repeated. */
export function unchangedAnswer({ question, choices, lastTime }: Asked): string {
  if (isAboutChange(question)) return NO_CHANGE.find((code) => choices.includes(code)) ?? ''
  if (lastTime && choices.includes(lastTime)) return lastTime
  return ALL_WELL.find((code) => choices.includes(code)) ?? ''
}

/** Whether somebody's income fell last time says nothing about this time. */
export function isAboutChange({ name }: DefinedQuestion): boolean {
  return /_change$|_changed$|_shock$/.test(name)
}
