import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { waitingLong } from '@/device'
import { cleanPhone, photograph, record, restart } from '../../tests/phone'
import { noteClockError } from './clock'
import { lookAtWaiting } from './waiting-long'

const HOUR = 60 * 60 * 1000
const YEARS = 3650 * 24 * HOUR
const TRUE = Date.parse('2026-11-22T04:00:00Z')

beforeEach(async () => {
  vi.useFakeTimers({ toFake: ['Date'] })
  vi.setSystemTime(TRUE)
  noteClockError(0)
  await cleanPhone()
  await restart()
  await photograph('i1', 'a.jpg', 10)
  await record('i1', '222')
})
afterEach(() => void vi.useRealTimers())

function at(moment: number): string[] {
  vi.setSystemTime(moment)
  lookAtWaiting()
  return [...waitingLong.value]
}

test('what has waited for more than 72 hours is told', () => {
  expect(at(TRUE + 71 * HOUR)).toEqual([])
  expect(at(TRUE + 73 * HOUR)).toEqual(['i1'])
})

test('a clock that was ten years off when it was recorded and is set right warns of nothing', async () => {
  vi.setSystemTime(TRUE - YEARS)
  noteClockError(-YEARS)
  await record('i2', '333')
  expect(at(TRUE + HOUR)).toEqual([])
  expect(at(TRUE + 73 * HOUR)).toEqual(['i1', 'i2'])
})
