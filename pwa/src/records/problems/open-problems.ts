/** What a visit brings up again: the household's open problems and needs, the oldest first. */
import { registers, text } from '@/device'
import type { Entity } from '@/device'

const PROBLEMS = 'problems'

/** Those that this phone itself recorded as solved and did not send yet are solved. */
export function openProblems(household: string): Entity[] {
  return registers
    .open(PROBLEMS, household)
    .filter((one) => text(one, 'result') !== 'solved')
    .sort((one, other) => text(one, 'found_on').localeCompare(text(other, 'found_on')))
}
