import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import {
  clockError_ms,
  compareClocks,
  lastContact,
  noteClockError,
  recordingTime,
  rightTime,
  serverNow,
} from './clock'

const HOUR = 60 * 60 * 1000
const DAY_MS = 24 * HOUR
const YEARS = 3650 * DAY_MS
const TRUE = Date.parse('2026-11-22T04:00:00Z')
const at = (ms: number) => new Date(ms).toUTCString()

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'] })
  vi.setSystemTime(TRUE)
  noteClockError(0)
})
afterEach(() => void vi.useRealTimers())

/** The phone shows `shown` while it is `TRUE`, and hears from the server. */
function heard(shown: number): void {
  vi.setSystemTime(shown)
  noteClockError(shown - TRUE)
}

test('a clock that is right says the same as the server', () => {
  heard(TRUE)
  expect(serverNow(TRUE + HOUR).getTime()).toBe(TRUE + HOUR)
  expect(rightTime(TRUE + HOUR)).toBeNull()
  expect(clockError_ms.value).toBe(0)
})

test.each([-YEARS, YEARS])('a clock that is off by %d ms counts on from the contact', (error) => {
  heard(TRUE + error)
  expect(serverNow(TRUE + error + HOUR).getTime()).toBe(TRUE + HOUR)
  expect(rightTime(TRUE + error + HOUR)?.getTime()).toBe(TRUE + HOUR)
  expect(clockError_ms.value).toBe(error)
})

test.each([-YEARS, YEARS])(
  'a clock that was off by %d ms and is set right is believed',
  (error) => {
    heard(TRUE + error)
    expect(serverNow(TRUE + HOUR).getTime()).toBe(TRUE + HOUR)
    expect(rightTime(TRUE + HOUR)).toBeNull()
  },
)

test('a clock that is set back years after the contact is told, and time stands still', () => {
  heard(TRUE)
  expect(serverNow(TRUE - YEARS).getTime()).toBe(TRUE)
  expect(rightTime(TRUE - YEARS)?.getTime()).toBe(TRUE)
})

test('a clock that jumps ahead years after the contact is told, and does not move the contact', () => {
  heard(TRUE)
  expect(rightTime(TRUE + YEARS)).not.toBeNull()
  expect(rightTime(TRUE + 60 * 24 * HOUR)).toBeNull()
  expect(lastContact().getTime()).toBe(TRUE)
})

test('a phone set ten years ahead knows the server’s day and dates nothing in the future', () => {
  const now = TRUE + YEARS
  vi.setSystemTime(now)
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

test('a server whose clock jumps by years is not believed, one that is right again is', () => {
  heard(TRUE)
  noteClockError(-YEARS)
  expect(lastContact().getTime()).toBe(TRUE)
  vi.setSystemTime(TRUE + DAY_MS)
  noteClockError(0)
  expect(lastContact().getTime()).toBe(TRUE + DAY_MS)
})

test('a phone that is years off and lies in a drawer for long is told the time all the same', () => {
  heard(TRUE + YEARS)
  vi.setSystemTime(TRUE + YEARS + 300 * DAY_MS)
  noteClockError(YEARS)
  expect(lastContact().getTime()).toBe(TRUE + 300 * DAY_MS)
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
