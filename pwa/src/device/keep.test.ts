import { expect, test } from 'vitest'
import { Dexie } from 'dexie'
import { keep, storageProblem } from './keep'

test('a full storage is said so until a later write succeeds', async () => {
  const full = () => Promise.reject(new Dexie.QuotaExceededError('no room'))
  expect(await keep(full)).toEqual({ ok: false, problem: 'full' })
  expect(storageProblem.value).toBe('full')
  expect(await keep(() => Promise.resolve(1))).toEqual({ ok: true, value: 1 })
  expect(storageProblem.value).toBeNull()
})

test('a full storage inside a transaction is recognised', async () => {
  const inner = new DOMException('too much', 'QuotaExceededError')
  const aborted = Object.assign(new Error('Transaction aborted'), { name: 'AbortError', inner })
  expect(await keep(() => Promise.reject(aborted))).toEqual({ ok: false, problem: 'full' })
})

test('anything else that fails is broken, not full', async () => {
  expect(await keep(() => Promise.reject(new Error('disk')))).toMatchObject({ problem: 'broken' })
})
