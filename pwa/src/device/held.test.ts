import { beforeEach, expect, test, vi } from 'vitest'
import { FakeServer } from '../../tests/fake-server'
import { record, restart, signedInPhone } from '../../tests/phone'
import { registers, type Village } from '@/device'
import { copies } from './database'
import { stillReading } from './held'
import { replaceVillages } from './registers'
import { synchronize } from '@/sync/synchronize'

const VILLAGES = 60
const code = (n: number) => `37032111${1000 + n}`

beforeEach(async () => {
  const server = new FakeServer()
  for (let n = 0; n < VILLAGES; n += 1) server.household(`h${n}`, { phone: '1' }, { area: code(n) })
  await signedInPhone()
  await synchronize()
})

test('a county opens with a part of its villages, and the rest follows', async () => {
  await restart()
  expect(stillReading.value).toBe(true)
  expect(registers.count()).toBeLessThan(VILLAGES)
  await vi.waitFor(() => expect(stillReading.value).toBe(false))
  expect(registers.count()).toBe(VILLAGES)
})

test('what comes while it is still reading is not overwritten by what was read', async () => {
  await restart()
  const last = (await copies().villages.toArray()).at(-1)
  if (!last) throw new Error('no village')
  const newer: Village = {
    ...last,
    rows: last.rows.map((row) => ({ ...row, number: 999, units: { phone: ['2', [0]] } })) as never,
  }
  replaceVillages([newer])
  await vi.waitFor(() => expect(stillReading.value).toBe(false))
  const [row] = registers.householdRows().filter(({ area }) => area === last.area)
  expect(row?.units.phone?.[0]).toBe('2')
})

test('an idle pull writes nothing anew and computes nothing anew', async () => {
  await vi.waitFor(() => expect(stillReading.value).toBe(false))
  await record('i1', '2')
  await synchronize()
  await synchronize()
  const before = registers.households(code(3))
  await synchronize()
  expect(registers.households(code(3))).toBe(before)
})
