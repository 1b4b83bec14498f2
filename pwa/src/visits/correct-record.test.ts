// @vitest-environment jsdom
import { beforeEach, expect, test, vi } from 'vitest'
import { FakeServer, PERSON } from '../../tests/fake-server'
import { aVisit, photograph, signedInPhone } from '../../tests/phone'
import { blobs, drafts, outbox, registers, type Draft } from '@/device'
import { synchronize } from '@/sync/synchronize'
import { correction, photoOfOriginal, photosElsewhere } from './correct-record'

const XML =
  '<data><visit_result>met_person</visit_result><meta><instanceID>uuid:i1</instanceID></meta></data>'
const PHOTO = new Uint8Array(70_000).fill(7)

let server: FakeServer

beforeEach(async () => {
  server = new FakeServer()
  server.household('h1', { phone: '111' })
  server.put({
    kind: 'review',
    id: 'i1',
    household: 'h1',
    form_id: 'visit',
    form_version: '1',
    event_date: '2026-11-20',
    recorder: { id: PERSON, name: '李明远' },
    state: 'hasIssues',
    summary: { visit_type: 'monthly' },
    remarks: [{ question: '/data/visit_result', text: '写明见到谁', by: '赵国强', at: '' }],
    superseded_by: null,
  })
  const { answers: _a, visited_on: _v, household: _h, ...sent } = aVisit('i1')
  server.submissions.set('i1', {
    ...sent,
    xml: XML,
    shown: { h1: { heads: ['roster'], values: { phone: ['111', [0]] } } },
    attachments: [
      { name: 'a.jpg', sha256: 'f'.repeat(64), size: 70_000, media_type: 'image/jpeg' },
    ],
  } as never)
  server.files.set('i1/a.jpg', PHOTO)
  await signedInPhone()
  await synchronize()
})

async function corrected(): Promise<Draft> {
  const review = registers.review('i1')
  const draft = review && (await correction(review))
  if (!draft || 'ok' in draft) throw new Error('no draft')
  return draft
}

async function finish(draft: Draft): Promise<void> {
  const { id, created_at: _c, saved_at: _s, missing: _m, page: _p, ...rest } = draft
  await outbox.add(
    { ...rest, instance_id: id, recorded_at: '', answers: {}, visited_on: null },
    ['a.jpg'],
    photosElsewhere(draft),
  )
}

test('a record of another phone opens with its answers and what was shown then, and stays for offline', async () => {
  const draft = await corrected()
  expect(draft).toMatchObject({ deprecated_id: 'i1', household: 'h1', label: '月走访' })
  expect(draft.xml).toContain('met_person')
  expect(draft.shown.h1?.values.phone).toEqual(['111', [0]])
  expect(await drafts.get(draft.id)).toBeDefined()
  server.next('/sync/submissions', 'lose-request')
  expect((await corrected()).id).toBe(draft.id)
})

test('its photos are fetched to be looked at, and kept', async () => {
  const draft = await corrected()
  expect((await photoOfOriginal(draft, 'a.jpg'))?.size).toBe(70_000)
  expect(await blobs.get(draft.id, 'a.jpg')).not.toBeNull()
  expect(await photoOfOriginal(draft, 'other.jpg')).toBeNull()
})

test('a photo that nobody looked at goes with the correction all the same', async () => {
  await finish(await corrected())
  expect(outbox.list.value[0]?.attachments).toHaveLength(1)
  expect(await synchronize()).toBe('done')
  expect([...server.uploads.values()].map((one) => one.bytes.length)).toEqual([70_000])
})

test('a photo that the other phone has not sent yet is asked for again with every round', async () => {
  const photo = server.files.get('i1/a.jpg')
  server.files.clear()
  await finish(await corrected())
  expect(await synchronize()).toBe('done')
  expect(outbox.uploads.value).toMatchObject([{ problem: null, awaited: true }])
  expect(await synchronize()).toBe('done')
  if (photo) server.files.set('i1/a.jpg', photo)
  expect(await synchronize()).toBe('done')
  expect(outbox.uploads.value).toEqual([])
  expect([...server.uploads.values()].map((one) => one.bytes.length)).toEqual([70_000])
})

test('of a record of this phone the draft owns its copied photos from the start', async () => {
  await photograph('i1', 'a.jpg', 10)
  await outbox.add(aVisit('i1', { xml: XML }), ['a.jpg'])
  await outbox.markTaken([{ instance_id: 'i1', outcome: 'stored', number: 1, detail: null }])
  const draft = await corrected()
  expect(await drafts.get(draft.id)).toBeDefined()
  expect(await blobs.list(draft.id)).toHaveLength(1)
  await finish(draft)
  expect(outbox.uploads.value).toMatchObject([{ owner: 'i1' }, { owner: draft.id }])
  expect(outbox.uploads.value[1]?.from).toBeUndefined()
})

test('copied photos are never on the phone without a draft that owns them', async () => {
  await photograph('i1', 'a.jpg', 10)
  await outbox.add(aVisit('i1', { xml: XML }), ['a.jpg'])
  await outbox.markTaken([{ instance_id: 'i1', outcome: 'stored', number: 1, detail: null }])
  const put = blobs.put
  const owned: boolean[] = []
  vi.spyOn(blobs, 'put').mockImplementationOnce(async (owner, name, blob) => {
    owned.push((await drafts.get(owner)) !== undefined)
    return put(owner, name, blob)
  })
  await corrected()
  expect(owned).toEqual([true])
})

test('a photo that finds no room here is taken from the township', async () => {
  await photograph('i1', 'a.jpg', 10)
  await outbox.add(aVisit('i1', { xml: XML }), ['a.jpg'])
  await outbox.markTaken([{ instance_id: 'i1', outcome: 'stored', number: 1, detail: null }])
  vi.spyOn(blobs, 'put').mockResolvedValueOnce({ ok: false, problem: 'full' })
  expect(photosElsewhere(await corrected())).toMatchObject([{ name: 'a.jpg', from: 'i1' }])
})

test('without network it says so, and nothing is begun', async () => {
  const review = registers.review('i1')
  server.next('/sync/submissions', 'lose-request')
  expect(review && (await correction(review))).toMatchObject({ kind: 'offline' })
  expect(drafts.list.value).toEqual([])
})
