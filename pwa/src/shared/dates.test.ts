import { expect, test } from 'vitest'
import { daysBetween, endOfMonth, sayDay, sayDue, sayMoment } from './dates'

test('a day is said with its year only when that is another one', () => {
  expect(sayDay('2026-10-16', '2026-11-22')).toBe('10月16日')
  expect(sayDay('2025-10-16', '2026-11-22')).toBe('2025年10月16日')
})

test('what is due says how late it is, or when it comes', () => {
  expect(sayDue('2026-11-19', '2026-11-22')).toMatchObject({ kind: 'bad', text: '超 3 天' })
  expect(sayDue('2026-11-22', '2026-11-22').text).toBe('今天')
  expect(sayDue('2026-12-05', '2026-11-22').text).toBe('12月5日')
})

test('a moment of today and yesterday is said so', () => {
  const now = new Date(2026, 10, 22, 9, 0)
  expect(sayMoment(new Date(2026, 10, 22, 8, 5).toISOString(), now)).toBe('今天 08:05')
  expect(sayMoment(new Date(2026, 10, 21, 18, 22).toISOString(), now)).toBe('昨天 18:22')
})

test('months end where they end, and a day over the change of year is one day', () => {
  expect(endOfMonth('2028-02-03')).toBe('2028-02-29')
  expect(daysBetween('2026-12-31', '2027-01-01')).toBe(1)
})
