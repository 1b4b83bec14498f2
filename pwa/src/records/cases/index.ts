/** The monitoring case: the thread of its steps, and what is due next. */
import { registers } from '@/device'
import type { Entity } from '@/device'
import { daysBetween, today } from '@/shared/dates'
import { word } from '@/shared/words'
import type { Action, Fact, RecordKind } from '../kind'
import { beginStep } from './begin-step'
import {
  casesOf,
  FORM,
  missingOf,
  nextOf,
  runningOf,
  said,
  standOf,
  stateOf,
  untilOf,
} from './case-of'
import { signedLines } from './signed'
import { phaseOf, STEPS, stepsOffered, titleOf } from './steps'

export function placeOfCase(household: string): string {
  return `/households/${household}/case`
}

function actions(household: Entity): Action[] {
  const running = runningOf(household.id)
  if (!running) {
    const says = casesOf(household.id).length ? '以前监测过，会接上以前的' : ''
    return [{ id: 'clue', icon: 'flag', what: '报风险线索', says, subject: 'clue' }]
  }
  return caseActions(household.id, running)
}

/** What can be recorded of a case now. */
export function caseActions(household: string, running: Entity): Action[] {
  const state = stateOf(running)
  const next = nextOf(running, household)
  return stepsOffered(state, next).map((step) => ({
    id: step,
    icon: 'flag',
    what: `监测：${titleOf(step, phaseOf(state))}`,
    says: step === next ? untilOf(running) : '',
    subject: step,
  }))
}

function facts(household: Entity): Fact[] {
  const running = runningOf(household.id)
  if (!running) return []
  const next = nextOf(running, household.id)
  const deadline = said(running, 'deadline')
  const left = deadline ? daysBetween(today(), deadline) : 0
  const says = [sayNext(next), next in STEPS ? untilOf(running) : '', missingOf(running)[0]]
  return [
    {
      kind: next === '' || left >= 3 ? '' : left < 0 ? 'bad' : 'warn',
      icon: 'flag',
      what: `监测：${standOf(running, household.id)}`,
      says: says.filter(Boolean).join('，'),
      to: placeOfCase(registers.wholeOf(household.id)),
    },
  ]
}

/** Who is to do what next. */
export function sayNext(next: string): string {
  if (next === 'town') return '等镇里定'
  if (next === 'county') return '等县里定'
  if (next === 'follow') return '每月走访'
  return STEPS[next] ? `下一步：${STEPS[next]}` : ''
}

export const cases: RecordKind = {
  formId: FORM,
  title: word('form', FORM),
  page: async () => (await import('./StepForm.vue')).default,
  begin: (household, subject = 'clue') => beginStep(household, subject),
  actions,
  memberActions: () => [],
  facts,
  tasks: ['clue', 'case_step', 'case_follow'],
  signed: signedLines,
}
