/** Beginning a step of a case: what is known of it is filled in, the step itself is never asked. */
import { registers, text } from '@/device'
import type { Draft, Entity } from '@/device'
import { caseClue } from '@/visits/case-clue'
import { beginAbout } from '../begin'
import { casesOf, FORM, runningOf, said, stateOf } from './case-of'
import { phaseOf, titleOf } from './steps'

const LABOUR = new Set(['normal', 'skilled', 'weak'])

export async function beginStep(household: string, step: string): Promise<Draft | undefined> {
  const running = runningOf(household)
  if (step === 'clue' || !running) return beginClue(household)
  const phase = step === 'clear' ? 'clear' : phaseOf(stateOf(running))
  const until = said(running, 'notice_until')
  return beginAbout(FORM, household, titleOf(step, phase), {
    subject: step,
    about: { cases: [running], measures: measuresOf(household, running) },
    preset: {
      ...known(household),
      case_step: step,
      case_phase: phase,
      notice_until: until,
    },
  })
}

async function beginClue(household: string): Promise<Draft | undefined> {
  const last = casesOf(household)[0]
  const { next_case: id } = await caseClue(household)
  return beginAbout(FORM, household, titleOf('clue', 'admit'), {
    subject: 'clue',
    about: { cases: [{ id, fresh: true, values: {} }] },
    preset: { ...known(household), case_step: 'clue', previous: last?.id ?? '' },
  })
}

function known(household: string): Record<string, string> {
  const able = registers
    .members(household)
    .filter((member) => LABOUR.has(text(member, 'labour'))).length
  return { hh_uuid: registers.wholeOf(household), labour_count: String(able) }
}

/** What helps in a case and is not over yet. */
export function measuresOf(household: string, one: Entity): Entity[] {
  return registers
    .of('measures', household)
    .filter((measure) => text(measure, 'case') === one.id && text(measure, 'status') !== 'ended')
}
