// @vitest-environment jsdom
/** The eight ones on the phone: done in two taps, nothing asked that is known, one case however many phones begin it. */
import { createApp, defineComponent, h, nextTick } from 'vue'
import type { App } from 'vue'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { cleanPhone, restart } from '../../../tests/phone'
import { dictionary, loadReal, realForm } from '../../../tests/real-forms'
import { forms, registers } from '@/device'
import type { AreaRow } from '@/device'
import { copies } from '@/device/database'
import { derivedId } from '@/device/derived-id'
import { loadFetched, putFetched } from '@/device/meta'
import { replaceVillages } from '@/device/registers'
import { forgetSession, saveSession } from '@/device/session'
import type { DraftSession } from '@/forms/draft-session'
import { answersOf } from '@/forms/entity-answers'
import { questionsOf } from '@/forms/form-node'
import { monthDay } from '@/forms/say-date'
import { provideDraftSession } from '@/forms/use-draft-session'
import { today } from '@/shared/dates'
import { openRecord } from '@/visits/open-record'
import HealthForm from './HealthForm.vue'
import { health } from '.'

const AREA = '370321110217'
const HOUSEHOLD = '11111111-1111-4111-8111-111111111111'
const WIFE = '22222222-2222-4222-8222-222222222222'
const SON = '33333333-3333-4333-8333-333333333333'
const ROSTER = '77777777-7777-4777-8777-777777777777'
const form = realForm('health_eight')
const CASE = await derivedId('health_case', WIFE)

function row(kind: string, id: string, units: Record<string, unknown>): AreaRow {
  const values = Object.entries(units).map(([unit, value]) => [unit, [value, [0]]])
  return {
    ...{ kind, id, area: AREA, number: 1, gone: false, heads: [ROSTER] },
    units: Object.fromEntries(values),
  } as AreaRow
}

function item(code: string, on: string, org: string) {
  const said = { status: 'done', reason: '', on, org, ref: '' }
  const named = Object.entries(said).map(([name, value]) => [`${code}_${name}`, value])
  return { [code]: Object.fromEntries(named) as unknown }
}

const BEGUN = row('health_cases', CASE, {
  household: HOUSEHOLD,
  person: WIFE,
  illness_class: 'chronic',
  ...item('hb1', '2026-03-08', '果里镇卫生院'),
})

async function hold(...more: AreaRow[]) {
  const rows = [
    row('households', HOUSEHOLD, { head: SON }),
    row('persons', WIFE, {
      person_name: '赵桂兰',
      household: HOUSEHOLD,
      birth_date: '1954-08-22',
      'health_status/chronic': '1',
      'chronic_disease/hypertension': '1',
      disease_note: '高血压',
      medical_insured: 'yes',
    }),
    row('persons', SON, { person_name: '陈小明', household: HOUSEHOLD, birth_date: '1980-01-01' }),
    ...more,
  ]
  const village = { area: AREA, epoch: 'e', sha256: 'x', rows }
  await copies().villages.put(village)
  replaceVillages([village])
}

let app: App | undefined
let taps = 0

beforeEach(async () => {
  await loadReal(form)
  await cleanPhone()
  await restart()
  await forms.put([form])
  await putFetched({ dictionary })
  await loadFetched()
  forgetSession()
  await hold()
  taps = 0
})
afterEach(() => app?.unmount())

async function open(): Promise<DraftSession> {
  const draft = await health.begin(HOUSEHOLD, WIFE)
  if (!draft) throw new Error('not begun')
  const session = await openRecord(draft, form)
  const host = document.createElement('div')
  document.body.replaceChildren(host)
  const page = defineComponent(() => {
    provideDraftSession(session)
    return () => h(HealthForm)
  })
  app = createApp(page)
  app.mount(host)
  await nextTick()
  return session
}

const cards = () => [...document.querySelectorAll('details')]
const card = (title: string) => {
  const found = cards().find((one) => one.querySelector('h2')?.textContent?.includes(title))
  if (!found) throw new Error(`no card ${title}`)
  return found
}

async function tap(element: Element | null | undefined) {
  if (!element) throw new Error('nothing to tap')
  taps += 1
  ;(element as HTMLElement).click()
  await nextTick()
  await nextTick()
}

async function unfold(title: string) {
  const one = card(title)
  if (one.open) return
  taps += 1
  one.open = true
  one.dispatchEvent(new Event('toggle'))
  await nextTick()
}

const option = (within: Element, label: string) =>
  [...within.querySelectorAll('label.opt')]
    .find((one) => one.textContent?.trim().startsWith(label))
    ?.querySelector('input')
const button = (within: Element, label: string) =>
  [...within.querySelectorAll('button')].find((one) => one.textContent?.includes(label))

function said(session: DraftSession, name: string): string {
  return questionsOf(session.form.root).find((one) => one.name === name)?.value ?? ''
}

describe('one of the eight', () => {
  it('is done in two taps, today and by who did it for others', async () => {
    await hold(
      row('health_cases', '99999999-9999-4999-8999-999999999999', {
        household: '88888888-8888-4888-8888-888888888888',
        person: '88888888-8888-4888-8888-888888888889',
        ...item('hb3', '2026-03-08', '果里镇卫生院'),
      }),
    )
    const session = await open()
    await unfold('签订一份承诺书')
    await tap(option(card('签订一份承诺书'), '已落实'))
    expect(taps).toBe(2)
    expect(said(session, 'hb3_on')).toBe(today())
    expect(said(session, 'hb3_org')).toBe('果里镇卫生院')
    expect(session.visibleMissing).toEqual([])
  })

  it('that comes first stands open: one tap', async () => {
    const session = await open()
    await tap(option(card('明确一所定点医院'), '已落实'))
    expect(taps).toBe(1)
    expect(said(session, 'hb1_status')).toBe('done')
    expect(card('明确一所定点医院').querySelector('.state')?.textContent).toBe('已落实')
  })

  it('that was not done has a reason that is tapped, not typed', async () => {
    const session = await open()
    await unfold('组织一次健康会诊')
    await tap(option(card('组织一次健康会诊'), '不适用'))
    expect(session.visibleMissing.map(({ name }) => name)).toEqual(['hb7_reason'])
    await tap(option(card('组织一次健康会诊'), '病情平稳'))
    expect(session.visibleMissing).toEqual([])
    expect(card('组织一次健康会诊').querySelector('.under')?.textContent).toContain('病情平稳')
  })

  it('asks the old what was examined, in one tap for all', async () => {
    const session = await open()
    await unfold('进行一次健康查体')
    await tap(option(card('进行一次健康查体'), '已落实'))
    expect(session.visibleMissing.map(({ name }) => name)).toEqual(['exam_items'])
    await tap(button(card('进行一次健康查体'), '都查了'))
    expect(session.visibleMissing).toEqual([])
    expect(said(session, 'exam_items').split(' ')).toHaveLength(8)
  })

  it('that comes round again is done again in one tap', async () => {
    await hold(
      row('health_cases', CASE, {
        household: HOUSEHOLD,
        person: WIFE,
        illness_class: 'chronic',
        ...item('hb6', '2024-03-08', '果里镇卫生院'),
        'exam_items/blood': '1',
      }),
    )
    await signedIn({ 'health.yearly': ['hb6'], 'health.exam_age': 65 })
    expect(health.memberActions(person())[0]?.says).toContain('该再做')
    const home = registers.household(HOUSEHOLD)
    expect(home && health.facts(home).map(({ says }) => says)).toEqual([
      '赵桂兰，2025年3月8日起该再做一次',
    ])
    const session = await open()
    const examination = card('进行一次健康查体')
    await unfold('进行一次健康查体')
    expect(examination.querySelector('.state')?.textContent).toBe('该再做')
    await tap(button(examination, '又做了一次'))
    expect(said(session, 'hb6_on')).toBe(today())
    expect(examination.querySelector('.state')?.textContent).not.toBe('该再做')
  })

  it('is signed for in large type, item by item', async () => {
    const session = await open()
    await tap(option(card('明确一所定点医院'), '已落实'))
    await session.flush()
    expect(session.signing.lines).toEqual([
      '赵桂兰的健康“八个一”，已落实 1 项：',
      `1 明确一所定点医院：${monthDay(today())}`,
    ])
  })
})

/** Signed in, with these values of policy. */
async function signedIn(policy: Record<string, unknown>) {
  await saveSession({
    token: 't',
    device: { id: 'd', name: '红米' },
    person: { id: 'p', name: '李明远', username: 'liming' },
    roles: [],
    view: 'team',
    areas: [],
    county: '370321',
    policy,
    server_time: new Date().toISOString(),
  })
}

function person() {
  const found = registers.entity(WIFE)
  if (!found) throw new Error('nobody')
  return found
}

describe('the case of a person', () => {
  it('has one id on every phone, and takes over what is known', async () => {
    const session = await open()
    expect(said(session, 'case_id')).toBe(CASE)
    expect(said(session, 'case_known')).toBe('')
    expect(said(session, 'illness_class')).toBe('chronic')
    expect(said(session, 'chronic_disease')).toBe('hypertension')
    expect(said(session, 'medical_insured')).toBe('yes')
    expect(Number(said(session, 'person_age'))).toBeGreaterThan(70)
    expect(session.draft.title).toBe('赵桂兰')
  })

  it('that was begun shows what is done and writes only what was tapped', async () => {
    await hold(BEGUN)
    const session = await open()
    expect(said(session, 'case_known')).toBe('1')
    expect(card('明确一所定点医院').querySelector('.under')?.textContent).toContain('果里镇卫生院')
    expect(card('确定一名家庭医生').open).toBe(true)
    await tap(option(card('确定一名家庭医生'), '已落实'))
    const answers = answersOf(session.form.xml(), form.definition, dictionary)
    const units = answers[CASE]?.units ?? {}
    expect(units.hb1).toEqual(session.draft.shown[CASE]?.values.hb1?.[0])
    expect(units.hb2).toMatchObject({ hb2_status: 'done', hb2_on: today() })
    expect(units.sign).toMatchObject({ sign_status: 'signed', sign_date: today() })
    await session.flush()
    expect(session.draft.confirmed).toEqual([`${CASE}/hb2`])
  })

  it('is offered for who is ill, and named before knocking', async () => {
    expect(health.memberActions(person()).map(({ subject }) => subject)).toEqual([WIFE])
    const son = registers.entity(SON)
    expect(son && health.memberActions(son)).toEqual([])
    const home = registers.household(HOUSEHOLD)
    if (!home) throw new Error('no household')
    expect(health.actions(home).map(({ what }) => what)).toEqual(['赵桂兰的健康八个一'])
    expect(health.facts(home).map(({ says }) => says)).toEqual(['赵桂兰，还差 8 项'])
    await hold(BEGUN)
    expect(health.memberActions(person())[0]?.says).toBe('已落实 1 项')
  })
})
