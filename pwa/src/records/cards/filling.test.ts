// @vitest-environment jsdom
/** A contact card on the phone: consent first, a contact in one tap, the guardian picked from the family. */
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
import type { DraftSession } from '@/forms/draft-session'
import { answersOf } from '@/forms/entity-answers'
import { questionsOf } from '@/forms/form-node'
import { provideDraftSession } from '@/forms/use-draft-session'
import { today } from '@/shared/dates'
import { openRecord } from '@/visits/open-record'
import CardForm from './CardForm.vue'
import { cards } from '.'

const AREA = '370321110217'
const HOUSEHOLD = '11111111-1111-4111-8111-111111111111'
const GRANDMOTHER = '22222222-2222-4222-8222-222222222222'
const CHILD = '33333333-3333-4333-8333-333333333333'
const ROSTER = '77777777-7777-4777-8777-777777777777'
const form = realForm('left_behind_card')
const CARD = await derivedId('contact_card', CHILD)
const BORN = `${Number(today().slice(0, 4)) - 9}-01-01`

function row(kind: string, id: string, units: Record<string, unknown>): AreaRow {
  const values = Object.entries(units).map(([unit, value]) => [unit, [value, [0]]])
  return {
    ...{ kind, id, area: AREA, number: 1, gone: false, heads: [ROSTER] },
    units: Object.fromEntries(values),
  } as AreaRow
}

async function hold(...more: AreaRow[]) {
  const rows = [
    row('households', HOUSEHOLD, {
      head: GRANDMOTHER,
      helper: { helper_name: '刘敏', helper_phone: '13900001234' },
    }),
    row('persons', GRANDMOTHER, {
      person_name: '赵桂兰',
      household: HOUSEHOLD,
      birth_date: '1954-08-22',
      member_phone: '13900008468',
      left_behind_type: 'none',
    }),
    row('persons', CHILD, {
      person_name: '陈小雨',
      household: HOUSEHOLD,
      birth_date: BORN,
      sex: 'female',
      left_behind_type: 'child',
    }),
    ...more,
  ]
  const village = { area: AREA, epoch: 'e', sha256: 'x', rows }
  await copies().villages.put(village)
  replaceVillages([village])
}

let app: App | undefined

beforeEach(async () => {
  await loadReal(form)
  await cleanPhone()
  await restart()
  await forms.put([form])
  await putFetched({ dictionary })
  await loadFetched()
  await hold()
})
afterEach(() => app?.unmount())

async function open(): Promise<DraftSession> {
  const draft = await cards.begin(HOUSEHOLD, CHILD)
  if (!draft) throw new Error('not begun')
  const session = await openRecord(draft, form)
  const host = document.createElement('div')
  document.body.replaceChildren(host)
  const page = defineComponent(() => {
    provideDraftSession(session)
    return () => h(CardForm)
  })
  app = createApp(page)
  app.mount(host)
  await nextTick()
  return session
}

async function tap(label: string) {
  const found = [...document.querySelectorAll('label.opt')].find((one) =>
    one.textContent?.trim().startsWith(label),
  )
  const input = found?.querySelector('input')
  if (!input) throw new Error(`no ${label}`)
  input.click()
  await nextTick()
  await nextTick()
}

function said(session: DraftSession, name: string): string {
  return questionsOf(session.form.root).find((one) => one.name === name)?.value ?? ''
}

describe('a new card of a child', () => {
  it('asks the guardian first and nothing else', async () => {
    const session = await open()
    expect(session.visibleMissing.map(({ name }) => name)).toEqual(['consent'])
    await tap('不同意')
    expect(session.visibleMissing).toEqual([])
    expect(document.body.textContent).toContain('不同意，就只记这一句')
    const answers = answersOf(session.form.xml(), form.definition, dictionary)
    const units = Object.entries(answers[CARD]?.units ?? {})
    const told = units.filter(([, value]) =>
      typeof value === 'string' ? value : Object.values(value ?? {}).some(Boolean),
    )
    expect(told.map(([unit]) => unit).sort()).toEqual(['consent', 'household', 'person'])
  })

  it('takes over what is known, and the guardian of the family in one tap', async () => {
    const session = await open()
    expect(said(session, 'card_id')).toBe(CARD)
    await tap('同意')
    await tap('当面')
    expect(said(session, 'left_type')).toBe('child')
    expect(said(session, 'linkman_name')).toBe('刘敏')
    await tap('赵桂兰')
    expect(said(session, 'guardian_name')).toBe('赵桂兰')
    expect(said(session, 'guardian_phone')).toBe('13900008468')
    expect(Number(said(session, 'guardian_age'))).toBeGreaterThan(70)
    expect(session.visibleMissing.map(({ name }) => name)).toEqual([
      ...['parent_away', 'guardian_relation', 'guardian_agreement', 'guard_type'],
    ])
    expect(session.signing.lines[0]).toContain('联系了陈小雨（留守儿童）')
    expect(session.signing.lines).toContain('结对联系人：刘敏，13900001234')
  })
})

describe('a card that is known', () => {
  beforeEach(() =>
    hold(
      row('contact_cards', CARD, {
        household: HOUSEHOLD,
        person: CHILD,
        consent: 'yes',
        left_type: 'child',
        contact: { last_contact: '2026-01-05', contact_way: 'phone' },
      }),
    ),
  )

  it('takes one tap for the next contact', async () => {
    const session = await open()
    expect(session.visibleMissing).toEqual([])
    await tap('视频')
    expect(said(session, 'last_contact')).toBe(today())
    expect(said(session, 'contact_way')).toBe('video')
    expect(session.visibleMissing).toEqual([])
  })

  it('stays as it was where nobody was reached', async () => {
    const session = await open()
    await tap('没联系上')
    expect(said(session, 'last_contact')).toBe('2026-01-05')
  })

  it('says before knocking who is to be contacted', () => {
    const home = registers.household(HOUSEHOLD)
    expect(home && cards.facts(home)).toMatchObject([
      { kind: 'warn', what: '留守儿童', says: expect.stringContaining('陈小雨') as string },
    ])
    const grandmother = registers.entity(GRANDMOTHER)
    expect(grandmother && cards.memberActions(grandmother)).toEqual([])
  })
})
