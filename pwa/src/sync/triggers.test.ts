import { beforeEach, expect, test, vi } from 'vitest'
import { FakeServer } from '../../tests/fake-server'
import { record, signedInPhone } from '../../tests/phone'
import { outbox } from '@/device'
import { phase } from './state'
import { synchronize } from './synchronize'
import { requestSynchronization, synchronizeNow } from './triggers'

let server: FakeServer

beforeEach(async () => {
  vi.useFakeTimers({ toFake: ['Date', 'setTimeout', 'clearTimeout'] })
  vi.stubGlobal('document', { visibilityState: 'visible' })
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

test('what is asked for while a round ends is not forgotten', async () => {
  const asked = server.when('GET /sync/pull', async () => requestSynchronization())
  expect(await synchronizeNow()).toBe('done')
  await asked
  const before = server.count('/sync/pull')
  await roundWithin(2_000, before)
})

test('what is asked for while a round fails is tried again at once', async () => {
  await record('i1', '222')
  server.next('/sync/push', 'lose-request')
  server.onRequest = () => requestSynchronization()
  expect(await synchronizeNow()).toBe('failed')
  server.onRequest = () => undefined
  await roundWithin(2_000, server.count('/sync/pull'))
  expect(outbox.list.value).toEqual([])
})

test('what another tab may have passed by is tried again soon', async () => {
  const [, mine] = await Promise.all([synchronize(), synchronizeNow()])
  expect(mine).toBe('busy')
  await roundWithin(10_000, server.count('/sync/pull'))
})

test('a record that the server could not store just now does not wait five minutes', async () => {
  await record('i1', '222')
  server.outcomes.set('i1', { outcome: 'retry' })
  expect(await synchronizeNow()).toBe('done')
  expect(outbox.list.value).toHaveLength(1)
  server.outcomes.delete('i1')
  await roundWithin(25_000, server.count('/sync/pull'))
  expect(outbox.list.value).toEqual([])
})

/** Another round comes by itself before so much time has passed. */
async function roundWithin(time_ms: number, pulls: number): Promise<void> {
  vi.advanceTimersByTime(time_ms)
  await vi.waitFor(() => expect(server.count('/sync/pull')).toBe(pulls + 1))
  await vi.waitFor(() => expect(phase.value).toBe('idle'))
}
