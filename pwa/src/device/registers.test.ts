import { beforeEach, describe, expect, test } from 'vitest'
import { FakeServer, VILLAGE } from '../../tests/fake-server'
import { aVisit, record, signedInPhone } from '../../tests/phone'
import { dueVisits, outbox, registers, returned } from '@/device'
import { reportedGone } from '@/households/household/reported-gone'
import { synchronize } from '@/sync/synchronize'

let server: FakeServer

beforeEach(async () => {
  server = new FakeServer()
  server.household(
    'h1',
    { head: 'p2', household_no: `${VILLAGE}00002` },
    {
      derived: { family_size: 2, next_due_on: '2026-11-25', due_kind: 'monthly' },
    },
  )
  server.household('h2', { household_no: `${VILLAGE}00001` })
  const person = (id: string, name: string, more = {}) =>
    server.entity('persons', id, { person_name: name, household: 'h1' }, more)
  person('p1', '陈小满', { masked: { id_number: '567X' } })
  person('p2', '陈广田', { initials: 'cgt' })
  server.put({
    kind: 'persons',
    id: 'p3',
    heads: ['roster'],
    units: {
      person_name: ['王桂兰', [0]],
      household: ['h1', [0]],
      member_status: [{ member_status: 'removed', change_reason: 'death' }, [0]],
    },
  })
  await signedInPhone()
  await synchronize()
})

describe('a household', () => {
  test('is called by its head, lists him first, and leaves out who has left', () => {
    expect(registers.nameOf('h1')).toBe('陈广田')
    expect(registers.members('h1').map((one) => one.id)).toEqual(['p2', 'p1'])
    expect(registers.members('h1', true)).toHaveLength(3)
  })

  test('stands in the order of its number where neither group nor address is known', () => {
    expect(registers.households(VILLAGE).map((one) => one.id)).toEqual(['h2', 'h1'])
  })

  test('is found by the last four of a member’s number, which the phone does not hold whole', () => {
    expect(registers.search('567x')).toEqual([{ household: 'h1', way: 'last4', member: 1 }])
  })

  test('counts a member who was added here', async () => {
    await outbox.add(
      aVisit('i1', {
        answers: {
          baby: { register: 'persons', units: { household: 'h1', person_name: '未取名' } },
        },
      }),
      [],
    )
    const [household] = registers.households(VILLAGE).filter((one) => one.id === 'h1')
    expect(household && registers.sizeOf(household)).toBe(3)
  })
})

describe('a household that went elsewhere', () => {
  test('keeps what waits about it, as it was shown, and is not taken for a new one', async () => {
    await record('i1', '222', {
      household: 'h2',
      shown: {
        h2: { heads: ['roster'], values: { phone: ['111', [0]], group_name: ['2组', [0]] } },
      },
      answers: { h2: { register: 'households', units: { phone: '222' } } },
    })
    server.put({ kind: 'households', id: 'h2', gone: true })
    await synchronize()
    await record('i2', '333', {
      household: 'h2',
      shown: {
        h2: { heads: ['roster'], values: { phone: ['111', [0]], group_name: ['2组', [0]] } },
      },
      answers: { h2: { register: 'households', units: { phone: '333' } } },
    })
    expect(registers.households(VILLAGE).map((one) => one.id)).toEqual(['h1'])
    expect(registers.household('h2')).toMatchObject({
      fresh: false,
      units: { phone: '333', group_name: '2组' },
    })
    expect(registers.count()).toBe(1)
  })

  test('by being joined with another is that other one, with what waits about it', async () => {
    await record('i1', '222', {
      household: 'h2',
      shown: { h2: { heads: ['roster'], values: { phone: ['111', [0]] } } },
      answers: { h2: { register: 'households', units: { phone: '222' } } },
    })
    server.outcomes.set('i1', { outcome: 'retry' })
    server.put({ kind: 'households', id: 'h2', gone: true })
    server.household('h1', { head: 'p2', phone: '111' }, { joined: ['h2'] })
    await synchronize()
    expect(outbox.list.value).toHaveLength(1)
    expect(registers.household('h2')?.id).toBe('h1')
    expect(registers.household('h1')?.units.phone).toBe('222')
    expect(outbox.of('h1').map((item) => item.household)).toEqual(['h2'])
    expect(registers.nameOf('h2')).toBe('陈广田')
  })
})

describe('what is due', () => {
  test('is crossed off by a visit recorded here, but not by finding nobody home', async () => {
    expect(dueVisits.value.map((one) => one.household.id)).toEqual(['h1'])
    await record('i1', '222', { visited_on: null })
    expect(dueVisits.value).toHaveLength(1)
    await record('i2', '222')
    expect(dueVisits.value).toEqual([])
  })
})

describe('a member who was reported dead', () => {
  const death = { member_status: 'removed', change_reason: 'death', change_date: '2026-11-20' }
  const report = () =>
    outbox.add(
      aVisit('i1', {
        form_id: 'household_register',
        shown: { p1: { heads: ['roster'], values: { person_name: ['陈小满', [0]] } } },
        answers: { p1: { register: 'persons', units: { member_status: death } } },
      }),
      [],
    )
  const reported = async () => [...reportedGone(await outbox.allOf('h1'))]

  test('is told of as reported, also once it was sent, until the office decides', async () => {
    expect(await reported()).toEqual([])
    await report()
    expect(await reported()).toEqual([['p1', 'death']])
    await synchronize()
    expect(outbox.list.value).toEqual([])
    expect(await reported()).toEqual([['p1', 'death']])
    server.put({
      ...{ kind: 'review', id: 'i1', household: 'h1', form_id: 'household_register' },
      ...{ form_version: '1', event_date: '2026-11-20', recorder: { id: 'p-li', name: '' } },
      ...{ state: 'approved', summary: {}, remarks: [], superseded_by: null },
    })
    await synchronize()
    expect(await reported()).toEqual([])
  })
})

describe('what was returned', () => {
  const review = (id: string, by: string) =>
    server.put({
      kind: 'review',
      id,
      household: 'h1',
      form_id: 'visit',
      form_version: '1',
      event_date: '2026-11-20',
      recorder: { id: by, name: '' },
      state: 'hasIssues',
      summary: {},
      remarks: [],
      superseded_by: null,
    })

  test('is shown to who recorded it, until it is corrected here', async () => {
    review('mine', 'p-li')
    review('theirs', 'p-zhou')
    await synchronize()
    expect(returned.value.map((one) => one.id)).toEqual(['mine'])
    await record('i1', '222', { deprecated_id: 'mine' })
    expect(returned.value).toEqual([])
  })
})
