/** A storage that runs full: photos stop first, text goes on, and nothing that was kept is touched. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { blobs, drafts, outbox, storageLow, storageProblem, watchStorage } from '@/device'
import { aVisit, cleanPhone, photograph, restart } from '../../tests/phone'
import { records } from './database'
import type { Draft } from './records'
import { putByReserve } from './reserve'

const { attachments: _none, instance_id: _id, recorded_at: _at, ...recorded } = aVisit('x')
const DRAFT: Draft = {
  ...recorded,
  id: 'd1',
  created_at: '2026-11-22T08:00:00+08:00',
  saved_at: '',
  missing: null,
  page: {},
}
const photo = () => new Blob([new Uint8Array(300_000)], { type: 'image/jpeg' })

beforeEach(async () => {
  storageLow.value = false
  await cleanPhone()
  await restart()
})
afterEach(() => vi.restoreAllMocks())

/** No room for anything, as long as the reserve lies there; for text once it is given up. */
function fillUp(): void {
  const put = IDBObjectStore.prototype.put
  let spent = false
  const remove = IDBObjectStore.prototype.delete
  vi.spyOn(IDBObjectStore.prototype, 'delete').mockImplementation(function (
    this: IDBObjectStore,
    key,
  ) {
    spent ||= this.name === 'notes'
    return remove.call(this, key)
  })
  vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementation(function (
    this: IDBObjectStore,
    ...args
  ) {
    if (!spent || ['blobs', 'notes'].includes(this.name)) {
      throw new DOMException('No room.', 'QuotaExceededError')
    }
    return put.apply(this, args)
  })
}

test('text finds the room that was put by, photos do not take it', async () => {
  await putByReserve()
  fillUp()
  expect(await blobs.put('d1', 'a.jpg', photo())).toEqual({ ok: false, problem: 'full' })
  expect(storageProblem.value).toBeNull()
  expect(storageLow.value).toBe(true)
  expect(await records().notes.where({ key: 'reserve' }).count()).toBe(1)
  expect((await drafts.save({ ...DRAFT })).ok).toBe(true)
  expect((await outbox.add(aVisit('i1'), [])).ok).toBe(true)
  expect(storageProblem.value).toBeNull()
  expect(await records().notes.where({ key: 'reserve' }).count()).toBe(0)
})

test('without any room left the person is told, and what was kept is still there', async () => {
  await drafts.save({ ...DRAFT, xml: '<kept/>' })
  await photograph('d1', 'a.jpg', 10)
  fillUp()
  const draft = await drafts.get('d1')
  if (!draft) throw new Error('no draft')
  draft.xml = '<more/>'
  expect(await drafts.save(draft)).toEqual({ ok: false, problem: 'full' })
  expect(storageProblem.value).toBe('full')
  vi.restoreAllMocks()
  expect((await drafts.get('d1'))?.xml).toBe('<kept/>')
  expect(await blobs.get('d1', 'a.jpg')).not.toBeNull()
  expect((await drafts.save(draft)).ok).toBe(true)
  expect(storageProblem.value).toBeNull()
})

test('the room is put by once, and again when there is some', async () => {
  await putByReserve()
  await putByReserve()
  expect(await records().notes.where({ key: 'reserve' }).count()).toBe(1)
  await records().notes.delete('reserve')
  storageLow.value = true
  await putByReserve()
  expect(storageLow.value).toBe(false)
})

test('making room does not hide that something was not saved, and the next save that succeeds does', async () => {
  watchStorage()
  fillUp()
  expect((await drafts.save({ ...DRAFT })).ok).toBe(false)
  await new Promise((resolve) => setTimeout(resolve, 50))
  expect(storageProblem.value).toBe('full')
  vi.restoreAllMocks()
  expect((await drafts.save({ ...DRAFT })).ok).toBe(true)
  await new Promise((resolve) => setTimeout(resolve, 50))
  expect(storageProblem.value).toBeNull()
})
