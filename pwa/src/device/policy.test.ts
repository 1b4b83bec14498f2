import { beforeEach, expect, test } from 'vitest'
import { cleanPhone, restart } from '../../tests/phone'
import { saveSession, policy, setPolicy } from './session'
import type { Session } from './records'

const VILLAGE = '370321110217'
const TOWN = '370321110'

beforeEach(async () => {
  await cleanPhone()
  await restart()
  const session: Session = {
    token: 't',
    device: { id: 'd', name: '红米' },
    person: { id: 'p', name: '李明远', username: 'liming' },
    roles: [],
    view: 'team',
    areas: [{ code: VILLAGE, name: '三里村', level: 'village', parent: TOWN }],
    county: '370321',
    policy: { 'photo.caption': true, 'line.monitoring': 7600 },
    policy_dated: {
      'line.monitoring': [
        ['2026-01-01', 7600],
        ['2027-01-01', 8200],
      ],
    },
    server_time: '2026-11-22T09:00:00Z',
  }
  await saveSession(session)
})

test.each([
  ['2025-12-31', undefined],
  ['2026-01-01', 7600],
  ['2026-12-31', 7600],
  ['2027-01-01', 8200],
  ['2031-05-01', 8200],
])('the value of %s is %s, whatever held when the phone last synchronized', (day, value) => {
  expect(policy('line.monitoring', day)).toBe(value)
})

test('what never was another holds on every day', () => {
  expect(policy('photo.caption', '2020-01-01')).toBe(true)
})

test("a town's own value goes before the county's, in its villages only", async () => {
  const head = { kind: 'policy', area: '370321', number: 1, gone: false } as const
  const key = `line.monitoring@${TOWN}`
  await setPolicy([{ ...head, id: key, key, value: 8000, dated: [['2026-10-01', 8000]] }])
  expect(policy('line.monitoring', '2026-11-22', VILLAGE)).toBe(8000)
  expect(policy('line.monitoring', '2026-09-30', VILLAGE)).toBe(7600)
  expect(policy('line.monitoring', '2026-11-22', '370321110999')).toBe(7600)
})

test('what was withdrawn holds no more', async () => {
  const head = { kind: 'policy', area: '370321', number: 1, gone: false } as const
  await setPolicy([{ ...head, id: 'photo.caption', key: 'photo.caption', value: null, dated: [] }])
  expect(policy('photo.caption', '2026-11-22')).toBeUndefined()
})
