// @vitest-environment jsdom
/** A record of nothing is not kept: none of the eight forms lets one pass. */
import { expect, it } from 'vitest'
import { asked, openTrial } from '../../tests/open-form'
import { realForm } from '../../tests/real-forms'
import type { DraftSession } from '@/forms/draft-session'
import { questionsOf } from '@/forms/form-node'
import { rememberGiven, saysNothing } from './nothing-said'

const ID = '11111111-1111-4111-8111-111111111111'
const FORMS = [
  'exit_check',
  'health_eight',
  'household_register',
  'housing_assessment',
  'income_account',
  'left_behind_card',
  'monitoring',
  'visit',
]

/** A record about what is known already, so that as little as possible has to be answered. */
async function open(formId: string): Promise<DraftSession> {
  const known = [{ id: ID, known: true, values: {} }]
  const registers = ['households', 'health_cases', 'contact_cards', 'cases', 'persons']
  const entities = Object.fromEntries(registers.map((register) => [register, known]))
  if (formId === 'household_register') entities.persons = []
  const session = await openTrial(realForm(formId), { entities })
  rememberGiven(session)
  return session
}

function say(session: DraftSession, name: string, value: string) {
  session.answer(asked(session, name), value)
}

it.each(FORMS)('%s is not complete as long as nothing was recorded', async (formId) => {
  const session = await open(formId)
  const has = (name: string) => questionsOf(session.form.root).some((one) => one.name === name)
  say(session, 'event_date', '2026-11-20')
  if (has('met_who')) session.derive(asked(session, 'met_who').path, ID)
  if (has('visit_result')) session.derive(asked(session, 'visit_result').path, 'met_person')
  await session.flush()
  expect(session.visibleMissing.length > 0 || saysNothing(session)).toBe(true)
})

it('is something once one of the eight was recorded, or a remark only', async () => {
  for (const [name, value] of [
    ['hb1_status', 'done'],
    ['hospital', '县医院'],
    ['remarks', '在女儿家'],
  ] as const) {
    const session = await open('health_eight')
    expect(saysNothing(session)).toBe(true)
    say(session, name, value)
    await session.flush()
    expect(saysNothing(session)).toBe(false)
  }
})

it('is something when what was shown was confirmed, and when nobody was there', async () => {
  const register = await open('household_register')
  expect(saysNothing(register)).toBe(true)
  register.confirm(asked(register, 'phone'))
  say(register, 'phone', '13900000000')
  await register.flush()
  expect(saysNothing(register)).toBe(false)
  const visit = await open('visit')
  visit.derive(asked(visit, 'visit_result').path, 'refused')
  expect(saysNothing(visit)).toBe(false)
})

it('is something when the notice was put up, with or without a photo of it', async () => {
  const session = await open('monitoring')
  session.derive(asked(session, 'case_step').path, 'notice_posted')
  say(session, 'event_date', '2026-11-20')
  await session.flush()
  expect(session.visibleMissing).toEqual([])
  expect(saysNothing(session)).toBe(false)
})

it('is not said by what the phone filled in', async () => {
  const session = await open('income_account')
  expect(asked(session, 'account_type').value).toBe('annual')
  expect(saysNothing(session)).toBe(true)
  say(session, 'period_start', '2025-10-01')
  expect(saysNothing(session)).toBe(false)
})
