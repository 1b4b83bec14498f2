/** Databases that earlier versions of the app wrote, opened by this one: everything recorded is still there. */
import Dexie from 'dexie'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { blobs, databaseTrouble, drafts, openDevice, outbox } from '@/device'
import { PERSON } from '../../tests/fake-server'
import { aVisit, cleanPhone, restart } from '../../tests/phone'
import { closeDatabases, records, Records } from './database'
import type { Draft } from './records'

const V1 = {
  session: 'key',
  drafts: 'id, household, saved_at',
  outbox: 'instance_id, sequence, household',
  sent: 'instance_id, sent_at, household, reached',
  blobs: '[owner+name], owner',
  uploads: '[owner+name], owner',
}

const { attachments: _none, instance_id: _id, recorded_at: _at, ...recorded } = aVisit('x')

const DRAFT: Draft = {
  ...recorded,
  id: 'd1',
  xml: '<data><note>填了一半</note></data>',
  created_at: '2026-11-20T08:00:00+08:00',
  saved_at: '2026-11-20T00:05:00.000Z',
  missing: 2,
  page: { open: {} },
}

const PHOTO = new Uint8Array([0xff, 0xd8, 1, 2, 3]).buffer

function photo(owner: string) {
  return { owner, name: 'a.jpg', sha256: 'aa', size: 5, media_type: 'image/jpeg', bytes: PHOTO }
}

/** A phone as version 1 of its database left it: a draft with a photo, records that wait, one that was sent. */
async function writeVersionOne(): Promise<void> {
  const old = new Dexie(`yihu-${PERSON}`)
  old.version(1).stores(V1)
  await old.open()
  const item = { sequence: 1_763_000_000_000, tries: 3, problem: null }
  await old.table('drafts').put(DRAFT)
  await old.table('outbox').bulkPut([
    { ...aVisit('i1'), ...item },
    { ...aVisit('i2'), ...item, sequence: item.sequence + 1, attachments: [] },
  ])
  await old.table('sent').put({
    ...aVisit('i0'),
    ...{ sequence: 1, sent_at: '2026-11-01T00:00:00.000Z', outcome: 'stored' },
    ...{ number: 7, detail: null, reached: 1 },
  })
  await old.table('blobs').bulkPut([photo('d1'), photo('i1'), photo('i0')])
  const { bytes: _bytes, ...file } = photo('i1')
  await old.table('uploads').put({ ...file, url: null, sent_bytes: 0, problem: null })
  old.close()
}

/** The same phone, once version 2 has been on it. */
async function writeVersionTwo(): Promise<void> {
  await writeVersionOne()
  const old = new Dexie(`yihu-${PERSON}`)
  old.version(2).stores({ ...V1, notes: 'key' })
  await old.open()
  await old.table('drafts').put({ ...DRAFT, revision: 4 })
  old.close()
}

async function seeEverything(): Promise<void> {
  expect(await openDevice(PERSON)).toBe(true)
  expect(databaseTrouble.value).toBeNull()
  expect(drafts.list.value.map(({ id, xml }) => [id, xml])).toEqual([['d1', DRAFT.xml]])
  expect(outbox.list.value.map(({ instance_id }) => instance_id)).toEqual(['i1', 'i2'])
  expect(outbox.uploads.value.map(({ owner }) => owner)).toEqual(['i1'])
  expect((await outbox.sent()).map(({ instance_id }) => instance_id)).toEqual(['i0'])
  for (const owner of ['d1', 'i1', 'i0']) {
    const kept = await blobs.get(owner, 'a.jpg')
    expect(new Uint8Array((await kept?.arrayBuffer()) ?? [])).toEqual(new Uint8Array(PHOTO))
  }
}

beforeEach(cleanPhone)
afterEach(() => vi.restoreAllMocks())

test.each([
  [1, writeVersionOne],
  [2, writeVersionTwo],
])(
  'what version %d recorded is all there after the upgrade, and goes on',
  async (_number, write) => {
    await write()
    await seeEverything()
    const draft = drafts.list.value[0]
    if (!draft) throw new Error('no draft')
    expect((await drafts.save({ ...draft, xml: '<data>接着填</data>' })).ok).toBe(true)
    await restart()
    expect(drafts.list.value[0]?.xml).toBe('<data>接着填</data>')
    expect(outbox.list.value[0]?.kept_at).toBe('2026-11-22T00:31:00.000Z')
    await outbox.forgetOld(new Date(Date.now() + 89 * 24 * 60 * 60 * 1000))
    expect(await outbox.sent()).toHaveLength(1)
  },
)

test('an upgrade that breaks off leaves everything as it was, and is done at the next start', async () => {
  await writeVersionOne()
  vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementation(() => {
    throw new DOMException('The battery is dead.', 'AbortError')
  })
  expect(await openDevice(PERSON)).toBe(false)
  expect(databaseTrouble.value).toBe('broken')
  vi.restoreAllMocks()
  await seeEverything()
})

test('an older window that still holds the database is waited for, and said so', async () => {
  await writeVersionOne()
  const old = new Dexie(`yihu-${PERSON}`)
  old.version(1).stores(V1)
  old.on('versionchange', () => false) // frozen in the background: it does not let go
  await old.open()
  const opening = openDevice(PERSON)
  await vi.waitFor(() => expect(databaseTrouble.value).toBe('blocked'))
  old.close()
  expect(await opening).toBe(true)
  await seeEverything()
})

test('a window in which a newer app takes over puts its answers on the disk and lets go', async () => {
  await writeVersionOne()
  await seeEverything()
  const newer = new Records(PERSON)
  newer.version(99).stores({ invented: 'id' })
  await newer.open()
  expect(databaseTrouble.value).toBe('replaced')
  newer.close()
})

test('an older app does not touch what a newer one wrote, and says so', async () => {
  await writeVersionOne()
  const newer = new Records(PERSON)
  newer.version(99).stores({ invented: 'id' })
  await newer.open()
  newer.close()
  expect(await openDevice(PERSON)).toBe(false)
  expect(databaseTrouble.value).toBe('newer')
  expect(() => records()).toThrow()
  closeDatabases()
})
