import { beforeEach, expect, test } from 'vitest'
import { blobs, outbox } from '@/device'
import { aVisit, cleanPhone, photograph, restart } from '../../tests/phone'
import { makeRoom } from './outbox'

const DAY_MS = 24 * 60 * 60 * 1000
const inDays = (days: number) => new Date(Date.now() + days * DAY_MS)

beforeEach(async () => {
  await cleanPhone()
  await restart()
})

async function sendVisit(id: string): Promise<void> {
  await photograph(id, 'a.jpg', 10)
  await outbox.add(aVisit(id, { recorded_at: new Date().toISOString() }), ['a.jpg'])
  await outbox.markTaken([{ instance_id: id, outcome: 'stored', number: 1, detail: null }])
}

test('only the photos that the record names go with it; others of the draft are let go', async () => {
  await photograph('i1', 'a.jpg', 10)
  await photograph('i1', 'b.jpg', 10)
  await outbox.add(aVisit('i1'), ['b.jpg'])
  expect(outbox.list.value[0]?.attachments.map((file) => file.name)).toEqual(['b.jpg'])
  expect(await blobs.list('i1')).toHaveLength(1)
})

test('what was sent is not sent a second time with other contents', async () => {
  await sendVisit('i1')
  const kept = await outbox.add(aVisit('i1', { title: '别的' }), ['a.jpg'])
  expect(kept.ok && kept.value.title).toBe('陈广田')
  expect(outbox.list.value).toEqual([])
  expect((await outbox.sent())[0]?.title).toBe('陈广田')
})

test('what was sent is kept 90 days with its photos, then let go', async () => {
  await sendVisit('i1')
  await outbox.markUploaded('i1', 'a.jpg')
  await outbox.markReached(['i1'])
  await outbox.forgetOld(inDays(89), inDays(89))
  expect(await outbox.sent()).toHaveLength(1)
  await outbox.forgetOld(inDays(91), inDays(91))
  expect(await outbox.sent()).toEqual([])
  expect(await blobs.get('i1', 'a.jpg')).toBeNull()
})

test('a photo that the server does not have is never let go', async () => {
  await sendVisit('i1')
  await outbox.markReached(['i1'])
  await outbox.forgetOld(inDays(200), inDays(200))
  await makeRoom(inDays(200), inDays(200))
  expect(await blobs.get('i1', 'a.jpg')).not.toBeNull()
  expect(outbox.unsent.value.has('i1')).toBe(true)
})

test('a full phone lets go of photos that the server has had for a week', async () => {
  await sendVisit('i1')
  await outbox.markUploaded('i1', 'a.jpg')
  await makeRoom(inDays(6), inDays(6))
  expect(await blobs.get('i1', 'a.jpg')).not.toBeNull()
  await makeRoom(inDays(8), inDays(8))
  expect(await blobs.get('i1', 'a.jpg')).toBeNull()
  expect(await outbox.sent()).toHaveLength(1)
})
