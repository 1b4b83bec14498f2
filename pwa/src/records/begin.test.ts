// @vitest-environment jsdom
/** A record is begun for the person, case or problems that it is about, not for whoever comes first. */
import { beforeEach, expect, it } from 'vitest'
import { cleanPhone, restart } from '../../tests/phone'
import { dictionary, trialForm } from '../../tests/real-forms'
import { forms, registers } from '@/device'
import { copies } from '@/device/database'
import { loadFetched, putFetched } from '@/device/meta'
import { replaceVillages } from '@/device/registers'
import type { EntityRow, UnitValue } from '@/device/rows'
import { textAt, parseXml } from '@/forms/instance-xml'
import { beginAbout } from './begin'

const AREA = '370321110217'
const HOUSEHOLD = '11111111-1111-4111-8111-111111111111'
const HEAD = '22222222-2222-4222-8222-222222222222'
const WIFE = '33333333-3333-4333-8333-333333333333'
const LEAK = '44444444-4444-4444-8444-444444444444'
const SOLVED = '55555555-5555-4555-8555-555555555555'
const CASE = '66666666-6666-5666-8666-666666666666'

const form = trialForm(`
| survey |
| | type | name | label | calculation | save_to |
| | hidden | hh_uuid | | | |
| | hidden | family_size | | | |
| | hidden | person_age | | | |
| | begin group | g_person | 这个人 | | |
| | hidden | person_id | | | |
| | text | note | 病情 | | persons#disease_note |
| | end group | | | | |
| | begin group | g_case | 台账 | | |
| | hidden | case_id | | | |
| | hidden | case_known | | | |
| | calculate | case_home | | \${hh_uuid} | health_cases#household |
| | end group | | | | |
| | begin repeat | problems | 问题 | | |
| | hidden | problem_id | | | |
| | hidden | known_description | | | |
| | text | result_note | 怎么样了 | | problems#result_note |
| | end repeat | | | | |

| entities |
| | list_name | entity_id | create_if | update_if | label |
| | households | \${hh_uuid} | | | |
| | persons | \${person_id} | | | |
| | health_cases | \${case_id} | \${case_known} = '' | \${case_known} != '' | \${case_id} |
| | problems | \${problem_id} | | | |

| settings |
| | form_title | form_id | version | kind | subject |
| | 试 | trial | 2026112201 | case_event | person |
`)

function row(kind: string, id: string, said: Record<string, UnitValue>, state?: string): EntityRow {
  return {
    ...{ kind, id, area: AREA, number: 1, gone: false as const },
    heads: ['77777777-7777-4777-8777-777777777777'],
    units: Object.fromEntries(Object.entries(said).map(([unit, value]) => [unit, [value, [0]]])),
    ...(state ? { derived: { state } } : {}),
  }
}

beforeEach(async () => {
  await cleanPhone()
  await restart()
  await forms.put([form])
  await putFetched({ dictionary })
  await loadFetched()
  const rows = [
    row('households', HOUSEHOLD, { head: HEAD }),
    row('persons', HEAD, { household: HOUSEHOLD, person_name: '陈广田', relation: '02' }),
    row('persons', WIFE, { household: HOUSEHOLD, person_name: '赵桂兰', birth_date: '1954-08-22' }),
    row('problems', LEAK, { household: HOUSEHOLD, description: '漏雨' }, 'late'),
    row('problems', SOLVED, { household: HOUSEHOLD, description: '断水' }, 'solved'),
  ]
  const village = { area: AREA, epoch: 'e', sha256: 'x', rows }
  await copies().villages.put(village)
  replaceVillages([village])
})

it('lists what belongs to a household beside its members, and what of it is open', () => {
  expect(registers.of('problems', HOUSEHOLD).map(({ id }) => id)).toEqual([LEAK, SOLVED])
  expect(registers.open('problems', HOUSEHOLD).map(({ id }) => id)).toEqual([LEAK])
  expect(registers.of('cases', HOUSEHOLD)).toEqual([])
  expect(registers.members(HOUSEHOLD).map(({ id }) => id)).toEqual([HEAD, WIFE])
})

it('fills in the chosen person, the new case and a card for each open problem', async () => {
  const wife = registers.entity(WIFE)
  if (!wife) throw new Error('no wife')
  const draft = await beginAbout('trial', HOUSEHOLD, '试', {
    subject: WIFE,
    about: {
      persons: [wife],
      health_cases: [{ id: CASE, fresh: true, values: {} }],
      problems: registers.open('problems', HOUSEHOLD),
    },
  })
  if (!draft) throw new Error('not begun')
  const at = (path: string) => textAt(parseXml(draft.xml).documentElement, path)
  expect(at('/data/hh_uuid')).toBe(HOUSEHOLD)
  expect(at('/data/family_size')).toBe('2')
  expect(Number(at('/data/person_age'))).toBeGreaterThan(70)
  expect(at('/data/g_person/person_id')).toBe(WIFE)
  expect(at('/data/g_case/case_id')).toBe(CASE)
  expect(at('/data/g_case/case_known')).toBe('')
  expect(draft.xml.match(/<problem_id/g)).toHaveLength(1)
  expect(at('/data/problems/known_description')).toBe('漏雨')
  expect(draft.page.subject).toBe(WIFE)
  expect(Object.keys(draft.shown).sort()).toEqual([WIFE, HEAD, LEAK, HOUSEHOLD].sort())
})

it('is about nobody where nobody was chosen, and cannot begin without its form', async () => {
  const draft = await beginAbout('trial', HOUSEHOLD, '试')
  expect(textAt(parseXml(draft?.xml ?? '').documentElement, '/data/g_person/person_id')).toBe('')
  expect(await beginAbout('another', HOUSEHOLD, '试')).toBeUndefined()
})
