// @vitest-environment jsdom
/** The plan of a year on the phone: one a year, with what helps of cases apart. */
import { beforeEach, expect, it } from 'vitest'
import { cleanPhone, restart } from '../../../tests/phone'
import { dictionary, loadReal, realForm } from '../../../tests/real-forms'
import { forms, registers } from '@/device'
import type { AreaRow } from '@/device'
import { copies } from '@/device/database'
import { loadFetched, putFetched } from '@/device/meta'
import { replaceVillages } from '@/device/registers'
import { questionsOf } from '@/forms/form-node'
import { openRecord } from '@/visits/open-record'
import type { Action } from '../kind'
import { plans } from '.'

const AREA = '370321110217'
const HOUSEHOLD = '11111111-1111-4111-8111-111111111111'
const HEAD = '22222222-2222-4222-8222-222222222222'
const PLAN = '33333333-3333-4333-8333-333333333333'
const YEAR = String(new Date().getFullYear())
const form = realForm('help_plan')

function row(kind: string, id: string, units: object): AreaRow {
  const values = Object.entries(units).map(([unit, value]) => [unit, [value, [0]]])
  return {
    ...{ kind, id, area: AREA, number: 1, gone: false, heads: [HEAD], derived: {} },
    units: Object.fromEntries(values),
  } as AreaRow
}

function measure(id: string, said: object): AreaRow {
  const what = { measure_item: 'breeding', measure_group: 'industry' }
  return row('measures', id, { household: HOUSEHOLD, measure: what, status: 'done', ...said })
}

async function hold(type: string, ...more: AreaRow[]) {
  const rows = [
    row('households', HOUSEHOLD, { head: HEAD, household_type: type }),
    row('persons', HEAD, { person_name: '陈广田', household: HOUSEHOLD, relation: '02' }),
    ...more,
  ]
  const village = { area: AREA, epoch: 'e', sha256: 'x', rows }
  await copies().villages.put(village)
  replaceVillages([village])
}

beforeEach(async () => {
  await loadReal(form)
  await cleanPhone()
  await restart()
  await forms.put([form])
  await putFetched({ dictionary })
  await loadFetched()
})

function actions(): Action[] {
  const home = registers.household(HOUSEHOLD)
  return home ? plans.actions(home) : []
}

const offered = () => actions().map(({ what }) => what)
const begins = () => actions().map(({ says }) => says)

async function begun() {
  const draft = await plans.begin(HOUSEHOLD)
  if (!draft) throw new Error('nothing begun')
  const session = await openRecord(draft, form)
  const all = questionsOf(session.form.root)
  return (name: string) => all.filter((one) => one.name === name).map((one) => one.value)
}

it('is offered for who is helped, not for an ordinary household', async () => {
  await hold('out_policy')
  expect(offered()).toEqual(['帮扶计划'])
  expect(begins()).toEqual([`${YEAR}年的还没有`])
  await hold('ordinary')
  expect(offered()).toEqual([])
})

it('begins with this year, and lists what helps of cases apart', async () => {
  await hold(
    'out_policy',
    measure('44444444-4444-4444-8444-444444444441', {}),
    measure('44444444-4444-4444-8444-444444444442', { case: PLAN }),
    measure('44444444-4444-4444-8444-444444444443', { status: 'ended' }),
  )
  const said = await begun()
  expect(said('plan_year')).toEqual([YEAR])
  expect(said('measure_id')).toEqual(['44444444-4444-4444-8444-444444444441'])
})

it('goes on with the plan that this year has', async () => {
  const year = { household: HOUSEHOLD, plan_year: YEAR }
  await hold('out_policy', row('plans', PLAN, { ...year, secured_goal: '房子修好' }))
  expect(begins()).toEqual([`${YEAR}年的已有，接着记`])
  const said = await begun()
  expect(said('plan_id')).toEqual([PLAN])
  expect(said('plan_known')).not.toEqual([''])
  expect(said('secured_goal')).toEqual(['房子修好'])
})
