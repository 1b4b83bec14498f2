import { beforeEach, expect, test } from 'vitest'
import { blobs, drafts, holdDraft, outbox, releaseDraft } from '@/device'
import { aVisit, cleanPhone, photograph, restart } from '../../tests/phone'
import { records } from './database'
import { sweepOrphans } from './orphans'
import { makeRoom } from './outbox'

const { attachments: _none, instance_id: _id, recorded_at: _at, ...recorded } = aVisit('x')

beforeEach(async () => {
  await cleanPhone()
  await restart()
})

const owners = () => records().blobs.orderBy('owner').uniqueKeys()

async function saveDraft(id: string): Promise<void> {
  const blank = { created_at: '', saved_at: '', missing: null, page: {} }
  await drafts.save({ ...recorded, ...blank, id })
}

async function send(id: string): Promise<void> {
  await outbox.add(aVisit(id), ['a.jpg'])
  await outbox.markTaken([{ instance_id: id, outcome: 'stored', number: 1, detail: null }])
}

test('a photo that was still being kept when its draft was thrown away is cleared away', async () => {
  await saveDraft('d1')
  await drafts.remove('d1')
  await photograph('d1', 'a.jpg', 10)
  expect(await sweepOrphans()).toMatchObject({ ok: true })
  expect(await owners()).toEqual([])
})

test('photos of drafts, waiting records, records on their way and sent ones stay', async () => {
  for (const id of ['draft', 'halfway', 'sent', 'waiting']) await photograph(id, 'a.jpg', 10)
  await saveDraft('draft')
  await outbox.add(aVisit('waiting'), ['a.jpg'])
  await send('halfway')
  await send('sent')
  await outbox.markUploaded('sent', 'a.jpg')
  await sweepOrphans()
  expect(await owners()).toEqual(['draft', 'halfway', 'sent', 'waiting'])
})

test('the first photo of a form that is open stays, though its draft is not on the disk yet', async () => {
  await holdDraft('d1')
  await photograph('d1', 'a.jpg', 10)
  await sweepOrphans()
  expect(await blobs.get('d1', 'a.jpg')).not.toBeNull()
  releaseDraft('d1')
  await new Promise((resolve) => setTimeout(resolve))
  await sweepOrphans()
  expect(await blobs.get('d1', 'a.jpg')).toBeNull()
})

test('photos of nothing are the first to make room in a full storage', async () => {
  await photograph('d1', 'a.jpg', 10)
  await makeRoom()
  expect(await owners()).toEqual([])
})
