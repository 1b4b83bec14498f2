import { beforeEach, expect, test } from 'vitest'
import { blobs, drafts, outbox } from '@/device'
import { aVisit, cleanPhone, photograph, restart } from '../../tests/phone'
import type { Draft } from './records'

const { attachments: _none, instance_id: _id, recorded_at: _at, ...recorded } = aVisit('x')

const aDraft = (id: string): Draft => ({
  ...recorded,
  id,
  created_at: '2026-11-22T08:00:00+08:00',
  saved_at: '',
  missing: null,
  page: {},
})

beforeEach(async () => {
  await cleanPhone()
  await restart()
})

test('a second window does not write over what the first one saved', async () => {
  await drafts.save({ ...aDraft('d1'), xml: '<begun/>' })
  const first = await drafts.get('d1')
  const second = await drafts.get('d1')
  if (!first || !second) throw new Error('no draft')
  first.xml = '<first/>'
  second.xml = '<second/>'
  expect((await drafts.save(first)).ok).toBe(true)
  expect(await drafts.save(second)).toEqual({ ok: false, problem: 'elsewhere' })
  expect((await drafts.get('d1'))?.xml).toBe('<first/>')
  first.xml = '<first><again/></first>'
  expect((await drafts.save(first)).ok).toBe(true)
})

test('a draft that was finished in another window does not come back', async () => {
  const draft = aDraft('d1')
  await drafts.save(draft)
  await outbox.add(aVisit('d1'), [])
  expect(await drafts.save(draft)).toEqual({ ok: false, problem: 'elsewhere' })
  await outbox.markTaken([{ instance_id: 'd1', outcome: 'stored', number: 1, detail: null }])
  expect(await drafts.save(aDraft('d1'))).toEqual({ ok: false, problem: 'elsewhere' })
  expect(drafts.list.value).toEqual([])
})

test('throwing away a draft that was finished elsewhere leaves the photos of the record', async () => {
  await drafts.save(aDraft('d1'))
  await photograph('d1', 'a.jpg', 10)
  await outbox.add(aVisit('d1'), ['a.jpg'])
  await drafts.remove('d1')
  expect(await blobs.get('d1', 'a.jpg')).not.toBeNull()
})
