/** A phone's clock jumps by ten years: nothing is let go early, and the order of saving stays. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { blobs, outbox } from '@/device'
import { aVisit, cleanPhone, photograph, restart } from '../../tests/phone'
import { noteClockError } from './clock'
import { makeRoom } from './outbox'

const DAY = 24 * 60 * 60 * 1000
const YEARS = 3650 * DAY
const TRUE = Date.parse('2026-11-22T04:00:00Z')

/** The phone shows this, and the server says what is true. */
function heard(shown: number, real: number): void {
  vi.setSystemTime(shown)
  noteClockError(shown - real)
}

beforeEach(async () => {
  vi.useFakeTimers({ toFake: ['Date'] })
  heard(TRUE, TRUE)
  await cleanPhone()
  await restart()
})
afterEach(() => void vi.useRealTimers())

async function sendVisit(id: string): Promise<void> {
  await photograph(id, 'a.jpg', 10)
  await outbox.add(aVisit(id), ['a.jpg'])
  await outbox.markTaken([{ instance_id: id, outcome: 'stored', number: 1, detail: null }])
  await outbox.markUploaded(id, 'a.jpg')
  await outbox.markReached([id])
}

test.each([-YEARS, YEARS])('a jump of %d ms lets go of nothing', async (jump) => {
  await sendVisit('i1')
  vi.setSystemTime(TRUE + jump)
  await outbox.forgetOld()
  await makeRoom()
  expect(await outbox.sent()).toHaveLength(1)
  expect(await blobs.get('i1', 'a.jpg')).not.toBeNull()
})

test.each([170 * DAY, YEARS])(
  'a server whose clock jumps by %d ms lets go of nothing',
  async (jump) => {
    await sendVisit('i1')
    heard(TRUE + DAY, TRUE + DAY + jump)
    await outbox.forgetOld()
    await makeRoom()
    expect(await outbox.sent()).toHaveLength(1)
    expect(await blobs.get('i1', 'a.jpg')).not.toBeNull()
  },
)

test.each([-YEARS, YEARS])(
  'what a phone sent that was off by %d ms is kept 90 days',
  async (error) => {
    heard(TRUE + error, TRUE)
    await sendVisit('i1')
    heard(TRUE + 89 * DAY, TRUE + 89 * DAY)
    await outbox.forgetOld()
    expect(await outbox.sent()).toHaveLength(1)
    heard(TRUE + 91 * DAY, TRUE + 91 * DAY)
    await outbox.forgetOld()
    expect(await outbox.sent()).toEqual([])
  },
)

test('records go out in the order in which they were saved, whatever the clock showed', async () => {
  for (const [id, shown] of Object.entries({
    a: TRUE,
    b: TRUE + YEARS,
    c: TRUE - YEARS,
    d: TRUE,
  })) {
    vi.setSystemTime(shown)
    await outbox.add(aVisit(id), [])
  }
  await restart()
  expect(outbox.list.value.map((item) => item.instance_id)).toEqual(['a', 'b', 'c', 'd'])
})
