import { beforeEach, expect, test } from 'vitest'
import { FakeServer, PERSON, VILLAGE } from '../../tests/fake-server'
import { aVisit, record, signedInPhone } from '../../tests/phone'
import { outbox, type Draft } from '@/device'
import { synchronize } from '@/sync/synchronize'
import { colleaguesOf } from './household-of-visit'
import { sameDayVisit } from './same-day'

const DAY = '2026-11-22'
let server: FakeServer

const draft = (part: Partial<Draft> = {}): Draft => {
  const { answers: _a, attachments: _f, visited_on: _v, recorded_at: _r, ...rest } = aVisit('d1')
  return { ...rest, id: 'd1', created_at: '', saved_at: '', missing: 0, page: {}, ...part }
}

function visitOf(name: string, part: Record<string, unknown> = {}): void {
  server.put({
    kind: 'review',
    id: `of-${name}`,
    household: 'h1',
    form_id: 'visit',
    form_version: '1',
    event_date: DAY,
    recorder: { id: `p-${name}`, name },
    state: 'received',
    summary: { visit_result: 'met_person' },
    remarks: [],
    superseded_by: null,
    ...part,
  })
}

beforeEach(async () => {
  server = new FakeServer()
  server.household('h1', { phone: '111' })
  await signedInPhone()
})

test('a colleague’s visit of the same household and day is said, other days are not', async () => {
  visitOf('王芳')
  await synchronize()
  expect(sameDayVisit(draft(), DAY)).toEqual({ by: '王芳', countsForMe: false })
  expect(sameDayVisit(draft(), '2026-11-21')).toBeNull()
  expect(sameDayVisit(draft({ household: 'h2' }), DAY)).toBeNull()
})

test('one that names me as having come along counts for me', async () => {
  visitOf('王芳', { summary: { visit_result: 'met_person', together: '张磊、李明远' } })
  await synchronize()
  expect(sameDayVisit(draft(), DAY)).toEqual({ by: '王芳', countsForMe: true })
})

test('nobody home, a rejected record and a correction are no second visit', async () => {
  visitOf('王芳', { summary: { visit_result: 'absent' } })
  visitOf('张磊', { state: 'rejected' })
  visitOf('李明远', { id: 'mine', recorder: { id: PERSON, name: '李明远' } })
  await synchronize()
  expect(sameDayVisit(draft({ deprecated_id: 'mine' }), DAY)).toBeNull()
  expect(sameDayVisit(draft(), DAY)).toEqual({ by: '', countsForMe: true })
})

test('what waits on this phone counts too', async () => {
  await synchronize()
  await record('i1', '222')
  expect(outbox.list.value).toHaveLength(1)
  expect(sameDayVisit(draft(), DAY)).toEqual({ by: '', countsForMe: true })
})

test('companions are picked from the village’s team, those who recorded here first', async () => {
  server.team = [
    { id: 'a', name: '安静', area: VILLAGE },
    { id: 'b', name: '王芳', area: VILLAGE },
    { id: 'c', name: '赵镇', area: '370321110' },
    { id: 'd', name: '别村', area: '370321110299' },
    { id: 'e', name: '李明远', area: VILLAGE },
  ]
  visitOf('王芳')
  visitOf('走了的人')
  await synchronize()
  expect(colleaguesOf(draft())).toEqual(['王芳', '安静', '赵镇'])
})
