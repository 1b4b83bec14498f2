import { expect, test } from 'vitest'
import type { ReviewRow, SentItem, Upload } from '@/device'
import { aVisit } from '../../tests/phone'
import { fateOfSent, fateOfWaiting } from './fate'

const sent = (part: Partial<SentItem> = {}): SentItem => ({
  ...aVisit('i1'),
  sequence: 1,
  sent_at: '2026-11-22T10:00:00Z',
  outcome: 'stored',
  detail: null,
  number: 7,
  reached: 1,
  ...part,
})

const review = (part: Partial<ReviewRow>): ReviewRow => ({
  kind: 'review',
  id: 'i1',
  area: '',
  number: 8,
  gone: false,
  household: 'h1',
  form_id: 'visit',
  form_version: '1',
  event_date: '2026-11-22',
  recorder: { id: 'p', name: '李明远' },
  state: 'received',
  summary: {},
  remarks: [],
  superseded_by: null,
  ...part,
})

const file = (part: Partial<Upload> = {}): Upload => ({
  owner: 'i1',
  name: 'a.jpg',
  sha256: '',
  size: 1,
  media_type: 'image/jpeg',
  url: null,
  sent_bytes: 0,
  problem: null,
  ...part,
})

test('a returned record says it is returned, by whom and why', () => {
  const remarks = [{ question: null, text: '写明是哪间屋', by: '赵国强', at: '' }]
  const fate = fateOfSent(sent(), review({ state: 'hasIssues', remarks }), [])
  expect(fate).toMatchObject({ text: '退回修改', why: '赵国强：写明是哪间屋' })
})

test('a record whose photos are still here is called neither sent nor unsent', () => {
  expect(fateOfSent(sent(), review({}), [file()]).text).toBe('照片待传')
  expect(fateOfSent(sent(), review({}), [file({ problem: '这个文件不是照片' })])).toMatchObject({
    kind: 'warn',
    why: '这个文件不是照片',
  })
})

test('what the township has to look into first says so, and a correction takes the place of what it corrects', () => {
  const quarantined = sent({ outcome: 'quarantined', detail: '表的版本不认识' })
  expect(fateOfSent(quarantined, undefined, [])).toMatchObject({ why: '表的版本不认识' })
  expect(fateOfSent(sent(), review({ superseded_by: 'i2' }), []).text).toBe('已由新的一条代替')
  expect(fateOfSent(sent(), undefined, []).text).toBe('镇里已收到')
})

test('a try that was refused keeps waiting and names the reason', () => {
  const item = { ...aVisit('i1'), sequence: 1, tries: 1, problem: '服务器磁盘满了' }
  expect(fateOfWaiting(item, false)).toMatchObject({
    text: '没传上，会再传',
    why: '服务器磁盘满了',
  })
  expect(fateOfWaiting({ ...item, problem: null }, false).text).toBe('待上传')
})
