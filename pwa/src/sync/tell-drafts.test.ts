/** How many drafts of which form version a phone holds, told to the server once. */
import { beforeEach, expect, test } from 'vitest'
import { drafts } from '@/device'
import { FakeServer } from '../../tests/fake-server'
import { aVisit, signedInPhone } from '../../tests/phone'
import { synchronize } from './synchronize'

let told: unknown[] = []

beforeEach(async () => {
  const server = new FakeServer()
  server.household('h1', { phone: '111' })
  await signedInPhone()
  told = []
  const { fetch } = globalThis
  globalThis.fetch = (url, init) => {
    if (!String(url).endsWith('/sync/drafts')) return fetch(url, init)
    told.push((JSON.parse(String(init?.body)) as { drafts: unknown }).drafts)
    return Promise.resolve(new Response(null, { status: 204 }))
  }
})

async function begin(id: string, version: string) {
  const { attachments: _none, instance_id: _id, recorded_at: _at, ...recorded } = aVisit(id)
  const begun = { created_at: '', saved_at: '', missing: null, page: {} }
  await drafts.save({ ...recorded, ...begun, id, form_version: version })
}

test('a phone without drafts says nothing', async () => {
  expect(await synchronize()).toBe('done')
  expect(told).toEqual([])
})

test('drafts are told by form version, once, and again when they change', async () => {
  await begin('d1', '1')
  await begin('d2', '1')
  await begin('d3', '0')
  expect(await synchronize()).toBe('done')
  await synchronize()
  expect(told).toHaveLength(1)
  expect(told[0]).toHaveLength(2)
  expect(told[0]).toContainEqual({ form_id: 'visit', version: '1', count: 2 })
  expect(told[0]).toContainEqual({ form_id: 'visit', version: '0', count: 1 })
  for (const id of ['d1', 'd2', 'd3']) await drafts.remove(id)
  await synchronize()
  expect(told[1]).toEqual([])
})
