import { beforeEach, expect, test } from 'vitest'
import { clockError_ms, compareClocks, noteClockError, recordingTime, serverNow } from './clock'

const DAY_MS = 24 * 60 * 60 * 1000
const at = (ms: number) => new Date(ms).toUTCString()

beforeEach(() => noteClockError(0))

test('a phone set ten years ahead knows the server’s day and dates nothing in the future', () => {
  const now = Date.now()
  compareClocks(at(now - 3650 * DAY_MS), now, now + 400)
  expect(Math.abs(serverNow().getTime() - (now - 3650 * DAY_MS))).toBeLessThan(5000)
  expect(recordingTime().getTime()).toBeLessThan(now - 3649 * DAY_MS)
})

test('a phone that is behind keeps its own day for what it records', () => {
  const now = Date.now()
  compareClocks(at(now + 3 * DAY_MS), now, now + 400)
  expect(clockError_ms.value).toBeLessThan(-2.9 * DAY_MS)
  expect(recordingTime().getTime() - now).toBeLessThan(5000)
})

test('the way of an answer over a thin line is no wrong clock', () => {
  const now = Date.now()
  compareClocks(at(now - 30_000), now - 90_000, now)
  expect(clockError_ms.value).toBe(0)
  compareClocks('no date', now, now)
  expect(clockError_ms.value).toBe(0)
})

test('a clock that was put right is known to be right again', () => {
  noteClockError(3 * DAY_MS)
  const now = Date.now()
  compareClocks(at(now), now, now + 100)
  expect(clockError_ms.value).toBe(0)
})
