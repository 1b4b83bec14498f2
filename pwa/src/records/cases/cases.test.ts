// @vitest-environment jsdom
/** A case on the phone: what is known is filled in, the step is never asked, a new case names the old one. */
import { beforeEach, describe, expect, it } from 'vitest'
import { cleanPhone, restart } from '../../../tests/phone'
import { dictionary, loadReal, realForm } from '../../../tests/real-forms'
import { forms, registers } from '@/device'
import type { AreaRow, Draft } from '@/device'
import { copies } from '@/device/database'
import { derivedId } from '@/device/derived-id'
import { loadFetched, putFetched } from '@/device/meta'
import { replaceVillages } from '@/device/registers'
import { questionsOf } from '@/forms/form-node'
import { openRecord } from '@/visits/open-record'
import { cases } from '.'

const AREA = '370321110217'
const HOUSEHOLD = '11111111-1111-4111-8111-111111111111'
const HEAD = '22222222-2222-4222-8222-222222222222'
const CASE = '33333333-3333-4333-8333-333333333333'
const MEASURE = '44444444-4444-4444-8444-444444444444'
const form = realForm('monitoring')

function row(kind: string, id: string, units: object, derived: object = {}): AreaRow {
  const values = Object.entries(units).map(([unit, value]) => [unit, [value, [0]]])
  return {
    ...{ kind, id, area: AREA, number: 1, gone: false, heads: [HEAD], derived },
    units: Object.fromEntries(values),
  } as AreaRow
}

function caseRow(derived: object): AreaRow {
  const said = { household: HOUSEHOLD, clue_date: '2026-11-01', clue_desc: '住院自费多' }
  return row('cases', CASE, said, derived)
}

async function hold(...more: AreaRow[]) {
  const person = { person_name: '陈广田', household: HOUSEHOLD, relation: '02', labour: 'weak' }
  const rows = [
    row('households', HOUSEHOLD, { head: HEAD }, { per_capita: '6118.11' }),
    row('persons', HEAD, person),
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

function home() {
  const found = registers.household(HOUSEHOLD)
  if (!found) throw new Error('no household')
  return found
}

async function answersOf(draft: Draft | undefined) {
  if (!draft) throw new Error('no draft')
  const session = await openRecord(draft, form)
  return (name: string) =>
    questionsOf(session.form.root).find((question) => question.name === name)?.value
}

describe('a household without a case', () => {
  it('offers to report a clue, which makes a case', async () => {
    await hold()
    expect(cases.actions(home()).map(({ what }) => what)).toEqual(['报风险线索'])
    const said = await answersOf(await cases.begin(HOUSEHOLD, 'clue'))
    expect(said('case_step')).toBe('clue')
    expect(said('case_known')).toBe('')
    expect(said('case_id'), 'the same on every phone').toBe(await derivedId('case', HOUSEHOLD, '1'))
    expect(said('s_household')).toBe(HOUSEHOLD)
  })

  it('that was monitored before gets a new case that names the old one', async () => {
    await hold(caseRow({ state: 'cleared' }))
    const said = await answersOf(await cases.begin(HOUSEHOLD, 'clue'))
    expect(said('case_id')).not.toBe(CASE)
    expect(said('s_previous')).toBe(CASE)
  })
})

describe('a running case', () => {
  it('offers its next step with the deadline', async () => {
    await hold(caseRow({ state: 'clue', next: 'verify', deadline: '2026-11-25' }))
    expect(cases.actions(home()).map(({ subject }) => subject)).toEqual(['verify'])
    expect(cases.facts(home())[0]).toMatchObject({
      what: '监测：线索待核实',
      to: `/households/${HOUSEHOLD}/case`,
    })
  })

  it('fills in income, labour and the case itself', async () => {
    await hold(caseRow({ state: 'clue', next: 'verify' }))
    const said = await answersOf(await cases.begin(HOUSEHOLD, 'verify'))
    expect(said('case_id')).toBe(CASE)
    expect(said('case_known')).toBe('1')
    expect(said('last_per_capita')).toBe('6118.11')
    expect(said('labour_count')).toBe('1')
    expect(said('s_labour')).toBe('yes')
    expect(said('clue_desc')).toBe('')
  })

  it('goes the way out in the phase of its state', async () => {
    await hold(caseRow({ state: 'clearing', next: 'appraise' }))
    const draft = await cases.begin(HOUSEHOLD, 'appraise')
    expect(draft?.label).toBe('消除民主评议')
    expect((await answersOf(draft))('case_phase')).toBe('clear')
  })

  it('asks of a known measure only how it goes', async () => {
    const measure = {
      ...{ household: HOUSEHOLD, case: CASE, measure_risk: 'illness', status: 'planned' },
      measure: { measure_item: 'dibao', measure_group: 'security' },
    }
    await hold(caseRow({ state: 'admitted', next: 'plan' }), row('measures', MEASURE, measure))
    const draft = await cases.begin(HOUSEHOLD, 'plan')
    if (!draft) throw new Error('no draft')
    const session = await openRecord(draft, form)
    const asked = session.missing.map(({ reference }) => reference.split('/').at(-1))
    expect(asked).toEqual(['measure_status'])
    const said = await answersOf(draft)
    expect(said('known_measure_item')).toBe('dibao')
    expect(said('measure_id')).toBe(MEASURE)
  })

  it('tells a second clue of the same trouble as the one it joined', async () => {
    const second = { household: HOUSEHOLD, clue_date: '2026-11-02' }
    await hold(
      caseRow({ state: 'clue', next: 'verify' }),
      row('cases', MEASURE, second, { state: 'clue', into: CASE }),
    )
    const said = await answersOf(await cases.begin(HOUSEHOLD, 'verify'))
    expect(said('case_id')).toBe(CASE)
  })
})
