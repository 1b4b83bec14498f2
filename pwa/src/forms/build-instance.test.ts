// @vitest-environment jsdom
/** The instance that the phone builds, opened by the real engine with the real forms. */
import { beforeAll, describe, expect, it } from 'vitest'
import { dictionary, loadReal, realForm } from '../../tests/real-forms'
import type { InstanceRequest } from './build-instance'
import { buildInstance, correctionOf, localTime } from './build-instance'

import { answersOf } from './entity-answers'
import type { LoadedForm, OpenForm, Repeat } from './form-node'
import { questionAt, questionsOf } from './form-node'

const HOUSEHOLD = '11111111-1111-4111-8111-111111111111'
const HEAD = '22222222-2222-4222-8222-222222222222'
const WIFE = '33333333-3333-4333-8333-333333333333'
const INSTANCE = '99999999-9999-4999-8999-999999999999'

const register = realForm('household_register')

function request(part: Partial<InstanceRequest> = {}): InstanceRequest {
  return {
    xform: register.xform,
    definition: register.definition,
    instanceId: INSTANCE,
    entities: {
      households: [
        {
          id: HOUSEHOLD,
          known: true,
          values: {
            village_code: '370321110217',
            address_detail: '2组14号',
            phone: '13900008468',
            head: HEAD,
            welfare: 'dibao',
            farmland_mu: '3.5',
          },
        },
      ],
      persons: [
        {
          id: HEAD,
          known: true,
          values: { person_name: '陈广田', relation: '02', birth_date: '1959-03-02', sex: 'male' },
          masked: { id_number: '4412' },
        },
        {
          id: WIFE,
          known: true,
          values: { person_name: '赵桂兰', relation: '12', work_months: '2' },
        },
      ],
    },
    preset: { '/data/g_when/event_date': '2026-11-20' },
    firstLoad: { now: new Date('2026-11-20T08:31:00Z'), deviceId: 'd', userName: 'u' },
    takesOver: () => true,
    ...part,
  }
}

function valuesIn(form: OpenForm): Record<string, string> {
  return Object.fromEntries(questionsOf(form.root).map((one) => [one.reference, one.value]))
}

let loaded: LoadedForm
beforeAll(async () => {
  loaded = await loadReal(register)
})

describe('a household opened to be updated', () => {
  it('shows the register’s values where the form saves them', async () => {
    const values = valuesIn(await loaded.open(buildInstance(request()).xml))
    expect(values).toMatchObject({
      '/data/hh_uuid': HOUSEHOLD,
      '/data/hh_known': '1',
      '/data/g_basic/phone': '13900008468',
      '/data/g_type/welfare': 'dibao',
      '/data/g_living/farmland_mu': '3.5',
      '/data/members[1]/person_id': HEAD,
      '/data/members[1]/name': '陈广田',
      '/data/members[1]/id_last4': '4412',
      '/data/members[1]/birth_date': '1959-03-02',
      '/data/members[1]/age': '67',
      '/data/members[2]/person_id': WIFE,
      '/data/members[2]/g_person/work_months': '',
      '/data/head': HEAD,
    })
    expect(values['/data/members[3]/name']).toBeUndefined()
  })

  it('keeps ids and answers over drafts, also of a member just added', async () => {
    const form = await loaded.open(buildInstance(request()).xml)
    const members = form.root.children.find(({ path }) => path === '/data/members') as Repeat
    members.add()
    const name = questionsOf(form.root).find((one) => one.reference === '/data/members[3]/name')
    name?.write('陈小满')
    const draft = form.xml()
    const before = valuesIn(form)
    const again = await loaded.open(draft)
    expect(again.xml()).toBe(draft)
    expect(valuesIn(again)).toEqual(before)
    expect(before['/data/members[3]/person_id']).toMatch(/^[0-9a-f-]{36}$/)
    expect(again.xml()).toContain(`uuid:${INSTANCE}`)
  })

  it('drops what the form cannot hold and says so, instead of blanking it in silence', () => {
    const households = [
      { id: HOUSEHOLD, known: true, values: { welfare: 'dibao gone', helper_from: '2024/1/2' } },
    ]
    const built = buildInstance(request({ entities: { households, persons: [] } }))
    expect(built.dropped).toEqual([
      '/data/g_type/welfare=dibao gone',
      '/data/g_helper/helper_from=2024/1/2',
    ])
    expect(built.xml).toContain('<welfare>dibao</welfare>')
  })

  it('answers by entity and unit as the register knows them', async () => {
    const form = await loaded.open(buildInstance(request()).xml)
    questionAt(form.root, '/data/g_living/farmland_mu')?.write('2.50')
    const answers = answersOf(form.xml(), register.definition, dictionary)
    expect(answers[HOUSEHOLD]?.units).toMatchObject({
      phone: '13900008468',
      farmland_mu: '2.5',
      'welfare/dibao': '1',
      'welfare/relocated': '0',
      lives_elsewhere: { lives_elsewhere: '', current_address: '' },
    })
    expect(answers[WIFE]).toMatchObject({
      register: 'persons',
      units: { person_name: '赵桂兰', relation: '12', household: HOUSEHOLD },
    })
  })
})

describe('a new household', () => {
  it('gets its ids once and needs its head and members', async () => {
    const built = buildInstance(
      request({
        entities: { households: [], persons: [] },
        preset: { '/data/village_code': '370321110217' },
      }),
    )
    const form = await loaded.open(built.xml)
    const id = questionAt(form.root, '/data/hh_uuid')?.value
    expect(id).toMatch(/^[0-9a-f-]{36}$/)
    expect(valuesIn(await loaded.open(form.xml()))['/data/hh_uuid']).toBe(id)
    expect(form.missing.map(({ reference }) => reference)).toContain('/data/g_head/new_head')
  })
})

it('a correction carries a new id and names the one it replaces', () => {
  const other = '88888888-8888-4888-8888-888888888888'
  const corrected = correctionOf(buildInstance(request()).xml, other)
  expect(corrected).toContain(`<instanceID>uuid:${other}</instanceID>`)
  expect(corrected).toContain(`<deprecatedID>uuid:${INSTANCE}</deprecatedID>`)
})

it('the moment carries the phone’s own offset', () => {
  expect(localTime(new Date())).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}[+-]\d\d:\d\d$/)
})
