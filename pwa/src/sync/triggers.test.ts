import { beforeEach, expect, test, vi } from 'vitest'
import { FakeServer } from '../../tests/fake-server'
import { record, signedInPhone } from '../../tests/phone'
import { outbox } from '@/device'
import { synchronize } from './synchronize'
import { synchronizeNow } from './triggers'

let server: FakeServer

beforeEach(async () => {
  vi.useFakeTimers({ toFake: ['Date'] })
  server = new FakeServer()
  server.household('h1', { phone: '111' })
  await signedInPhone()
  await synchronize()
})

test('a server that asks for patience is not asked again before its time, even by hand', async () => {
  await record('i1', '222')
  server.next('/sync/push', { status: 503, slug: 'busy', retry_after: 30 })
  expect(await synchronizeNow()).toBe('failed')
  const asked = server.count('/sync/push')
  expect(await synchronizeNow()).toEqual({ wait_s: 30 })
  expect(server.count('/sync/push')).toBe(asked)
  vi.setSystemTime(Date.now() + 31_000)
  expect(await synchronizeNow()).toBe('done')
  expect(outbox.list.value).toEqual([])
})

test('two tabs do not synchronise at once', async () => {
  const both = await Promise.all([synchronize(), synchronize()])
  expect(both.sort()).toEqual(['busy', 'done'])
})
