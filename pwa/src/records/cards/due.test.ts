import { expect, it } from 'vitest'
import { contactDue, everyOf } from './due'

it.each([
  ['2026-11-01', 'child', '2026-12-01'],
  ['2026-11-01', 'elderly', '2027-01-31'],
  ['2026-11-01', 'woman', '2027-01-31'],
  ['', 'child', ''],
])('after a contact on “%s” a %s is due on “%s”', (last, kind, due) => {
  expect(contactDue(last, kind, everyOf(30, 91))).toBe(due)
})

it('takes the days of policy', () => {
  expect(contactDue('2026-11-01', 'child', everyOf(7, 91))).toBe('2026-11-08')
  expect(everyOf(undefined, undefined)).toEqual({ child: 30, others: 91 })
})
