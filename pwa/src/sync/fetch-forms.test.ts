/** Form versions come and go at the township; what was begun or returned keeps the one it has. */
import { beforeEach, expect, test } from 'vitest'
import { drafts, forms } from '@/device'
import { canBegin, isWithdrawn } from '@/device/offered'
import { FakeServer, PERSON, VILLAGE } from '../../tests/fake-server'
import { aVisit, signedInPhone } from '../../tests/phone'
import { fetchForms } from './fetch-forms'
import { synchronize } from './synchronize'

let server: FakeServer

beforeEach(async () => {
  server = new FakeServer()
  server.household('h1', { phone: '111' })
  await signedInPhone()
})

test('the version of a returned record is here before the network is gone', async () => {
  server.put({
    ...{ kind: 'review', id: 'i0', household: 'h1', form_id: 'visit', form_version: '0' },
    ...{ event_date: '2026-10-01', recorder: { id: PERSON, name: '李明远' }, state: 'hasIssues' },
    ...{ summary: {}, remarks: [], superseded_by: null, area: VILLAGE },
  })
  expect(await synchronize()).toBe('done')
  expect(await forms.version('visit', '0')).toBeDefined()
  expect((await forms.current('visit'))?.version).toBe('1')
  await synchronize()
  expect(server.count('GET /forms/visit/0')).toBe(1)
})

test('the version of a draft is asked for by name, and new records begin with the one in force', async () => {
  const { attachments: _none, instance_id: _id, recorded_at: _at, ...recorded } = aVisit('x')
  const begun = { created_at: '', saved_at: '', missing: null, page: {} }
  await drafts.save({ ...recorded, ...begun, id: 'd1', form_version: '0' })
  let asked = ''
  const fetch = globalThis.fetch
  globalThis.fetch = (url, init) => {
    if (String(url).includes('/forms?')) asked = decodeURIComponent(String(url))
    return fetch(url, init)
  }
  await synchronize()
  expect(asked).toContain('have=visit:0')
  expect((await forms.current('visit'))?.version).toBe('1')
  expect(drafts.list.value[0]?.form_version).toBe('0')
})

test('a version that was withdrawn stays for its drafts only', async () => {
  await synchronize()
  const { attachments: _none, instance_id: _id, recorded_at: _at, ...recorded } = aVisit('x')
  const begun = { created_at: '', saved_at: '', missing: null, page: {} }
  await drafts.save({ ...recorded, ...begun, id: 'd1', form_version: '2' })
  const listed = [
    { form_id: 'visit', version: '1', current: true },
    { form_id: 'visit', version: '2', current: false },
  ]
  const { fetch } = globalThis
  globalThis.fetch = (url, init) =>
    String(url).includes('/forms?')
      ? Promise.resolve(Response.json({ forms: listed }))
      : fetch(url, init)
  expect(await fetchForms()).toBeNull()
  expect((await forms.current('visit'))?.version).toBe('1')
  expect(await forms.version('visit', '2')).toBeDefined()
})

test('a form of which no version is in force any more cannot be begun', async () => {
  expect(canBegin('visit')).toBe(true)
  await synchronize()
  expect(canBegin('visit')).toBe(true)
  const { fetch } = globalThis
  globalThis.fetch = (url, init) =>
    String(url).includes('/forms?')
      ? Promise.resolve(Response.json({ forms: [{ form_id: 'another', version: '1' }] }))
      : fetch(url, init)
  expect(await fetchForms()).toBeNull()
  expect(isWithdrawn('visit')).toBe(true)
  expect(canBegin('visit')).toBe(false)
  expect(await forms.version('visit', '1')).toBeDefined()
})
