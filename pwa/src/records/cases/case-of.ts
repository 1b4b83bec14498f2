/** The cases of a household as this phone shows them. */
import { fetched, outbox, registers, text } from '@/device'
import type { Entity, ReviewRow } from '@/device'
import { labelOf } from '@/device/dictionary'
import { sayDay } from '@/shared/dates'
import { word } from '@/shared/words'
import { goneOn, OVER, phaseOf } from './steps'

export const CASES = 'cases'
export const FORM = 'monitoring'

export function said(one: Entity | undefined, name: string): string {
  return String(one?.derived[name] ?? '')
}

/** Cases of a household, the newest first; a second clue of the same trouble is not a case of its own. */
export function casesOf(household: string): Entity[] {
  return registers
    .of(CASES, household)
    .filter((one) => said(one, 'into') === '')
    .sort((one, other) => text(other, 'clue_date').localeCompare(text(one, 'clue_date')))
}

/** The case that runs; undefined where none does. */
export function runningOf(household: string): Entity | undefined {
  return casesOf(household).find((one) => !OVER.has(said(one, 'state')))
}

/** Titles of steps recorded here that the server has not counted yet. */
function recordedHere(household: string): string[] {
  return [...outbox.of(household), ...outbox.onTheWay.value]
    .filter((item) => item.household === household && item.form_id === FORM)
    .map(({ label }) => label)
}

export function stateOf(one: Entity): string {
  return said(one, 'state') || 'clue'
}

function goneOnHere(one: Entity, household: string): { next: string; done: string } {
  const state = stateOf(one)
  const derived = said(one, 'next') || (state === 'clue' ? 'verify' : '')
  return goneOn(derived, phaseOf(state), recordedHere(household))
}

export function nextOf(one: Entity, household: string): string {
  return goneOnHere(one, household).next
}

/** Where it stands: the step that was recorded here last, or as the server derived it. */
export function standOf(one: Entity, household: string): string {
  const { done } = goneOnHere(one, household)
  return done ? `已记${done}` : word('case_state', stateOf(one))
}

export function missingOf(one: Entity): string[] {
  return said(one, 'missing').split(' ').filter(Boolean).map(missingWord)
}

export function missingWord(code: string): string {
  const risk = /^risk_(.+)$/.exec(code)?.[1]
  if (risk && risk !== 'gone')
    return `“${labelOf(fetched.value.dictionary, CASES, 'risk_main', risk)}”还没有措施`
  return word('case_missing', code)
}

/** Until when, in a few words: the notice hangs until its day, other steps are due on theirs. */
export function untilOf(one: Entity): string {
  const until = said(one, 'notice_until')
  if (until && said(one, 'next') === 'notice_ended') return `公示到${sayDay(until)}`
  const deadline = said(one, 'deadline')
  return deadline && `${sayDay(deadline)}前`
}

/** What was recorded of a case, the newest first: its steps, and visits since it began. */
export function recordsOf(one: Entity, household: string): ReviewRow[] {
  const began = text(one, 'clue_date')
  return registers
    .reviewsOf(household)
    .filter(({ superseded_by, state }) => !superseded_by && state !== 'rejected')
    .filter(({ form_id, event_date }) => form_id === FORM || isSince(form_id, event_date, began))
}

function isSince(form: string, day: string | null, began: string): boolean {
  return ['visit', 'exit_check'].includes(form) && (day ?? '') >= began
}
