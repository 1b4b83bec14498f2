// @vitest-environment jsdom
/** Lines and terms of a record are those of the day that it is about, also when the day is changed within it. */
import { beforeEach, expect, it } from 'vitest'
import { cleanPhone, restart } from '../../tests/phone'
import { asked } from '../../tests/open-form'
import { dictionary, loadReal, realForm } from '../../tests/real-forms'
import { forms } from '@/device'
import type { AreaRow, Session } from '@/device'
import { recordingTime } from '@/device/clock'
import { copies } from '@/device/database'
import { loadFetched, putFetched } from '@/device/meta'
import { replaceVillages } from '@/device/registers'
import { saveSession } from '@/device/session'
import { localDate } from '@/forms/build-instance'
import { incomes } from '@/records/incomes'
import { openRecord } from './open-record'
import { policyAnswers } from './policy-answers'

const AREA = '370321110217'
const HOUSEHOLD = '11111111-1111-4111-8111-111111111111'
const form = realForm('income_account')
const year = Number(localDate(recordingTime()).slice(0, 4))

const signedIn: Session = {
  ...{ token: 't', device: { id: 'd', name: '红米' }, roles: [], view: 'team', county: '370321' },
  person: { id: 'p', name: '李明远', username: 'liming' },
  areas: [{ code: AREA, name: '三里村', level: 'village', parent: '370321110' }],
  policy: {},
  policy_dated: {
    'line.monitoring': [
      [`${year - 1}-01-01`, 7600],
      [`${year}-01-01`, 8200],
    ],
    'income.explain_share': [
      [`${year - 1}-01-01`, 0.2],
      [`${year}-01-01`, 0.35],
    ],
  },
  server_time: '2026-11-22T09:00:00Z',
}

beforeEach(async () => {
  await loadReal(form)
  await cleanPhone()
  await restart()
  await saveSession(signedIn)
  await forms.put([form])
  await putFetched({ dictionary })
  await loadFetched()
  const home = { kind: 'households', id: HOUSEHOLD, area: AREA, number: 1, gone: false, heads: [] }
  const rows = [{ ...home, units: {}, derived: {} } as unknown as AreaRow]
  const village = { area: AREA, epoch: 'e', sha256: 'x', rows }
  await copies().villages.put(village)
  replaceVillages([village])
})

it('an account that turns out to be of last year goes by the line of last year', async () => {
  const draft = await incomes.begin(HOUSEHOLD)
  if (!draft) throw new Error('no draft')
  const session = await openRecord(draft, form)
  const says = (name: string) => Number(asked(session, name).value)
  expect([says('line_amount'), says('explain_percent')]).toEqual([8200, 35])
  session.answer(asked(session, 'event_date'), `${year - 1}-12-31`)
  expect([says('line_amount'), says('explain_percent')]).toEqual([7600, 20])
  session.answer(asked(session, 'event_date'), `${year}-01-01`)
  expect([says('line_amount'), says('explain_percent')]).toEqual([8200, 35])
  session.close()
})

it.each([
  ['admit', '5'],
  ['clear', '7'],
])('the notice of a case hangs as long as its phase says', (phase, days) => {
  const values: Record<string, unknown> = { 'case.notice_days': 5, 'exit.notice_days': 7 }
  const answers = policyAnswers(
    (key) => values[key],
    'monitoring',
    (name) => (name === 'case_phase' ? phase : ''),
  )
  expect(answers.notice_days).toBe(days)
})

it("a form's own word goes before the general one, and what policy does not say is the form's", () => {
  const values: Record<string, unknown> = {
    'photo.required': false,
    'form.housing_assessment.photo': 'required',
  }
  const answers = policyAnswers(
    (key) => values[key],
    'housing_assessment',
    () => '',
  )
  expect(answers).toMatchObject({ policy_photo: 'required', policy_signature: 'optional' })
  expect(answers).not.toHaveProperty('exam_age')
})
