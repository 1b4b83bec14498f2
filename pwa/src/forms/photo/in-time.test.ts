import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { inTime } from './in-time'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

test('work on a picture gives what it gives, and nothing when it fails', async () => {
  expect(await inTime(Promise.resolve('picture'))).toBe('picture')
  expect(await inTime(Promise.reject(new Error('out of memory')))).toBeNull()
})

test('a decoder that hangs is not waited for any longer', async () => {
  const late = inTime(new Promise(() => undefined))
  await vi.advanceTimersByTimeAsync(20_000)
  expect(await late).toBeNull()
})
