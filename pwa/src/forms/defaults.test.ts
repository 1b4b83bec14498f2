// @vitest-environment jsdom
/** What a form fills in by itself: at its beginning, in cards of what is known, and in cards that are added. */
import { expect, it } from 'vitest'
import { openTrial } from '../../tests/open-form'
import { trialForm } from '../../tests/real-forms'
import type { Repeat } from './form-node'
import { questionsOf } from './form-node'

const persons = ['某甲', '某乙'].map((person_name, index) => ({
  id: `2222222${index}-2222-4222-8222-222222222222`,
  known: true,
  values: { person_name },
}))

const form = trialForm(`
| survey |
| | type | name | label | default | save_to |
| | hidden | hh_uuid | | | |
| | text | phone | 电话 | 110 | households#phone |
| | text | same | 又一个电话 | \${phone} | |
| | begin repeat | people | 人 | | |
| | hidden | person_id | | | |
| | hidden | person_known | | | |
| | text | who | 姓名 | | persons#person_name |
| | date | seen_on | 哪天 | today() | |
| | text | reach | 怎么找他 | \${phone} | |
| | end repeat | | | | |

| entities |
| | list_name | entity_id | create_if | update_if | label |
| | households | \${hh_uuid} | | | |
| | persons | \${person_id} | \${person_known} = '' | \${person_known} != '' | \${who} |

| settings |
| | form_title | form_id | version | kind | subject |
| | 试 | defaults | 2026112201 | register | household |
`)

it('fills in today, and what another question says, also in the cards of people who are known', async () => {
  const { form: open } = await openTrial(form, { entities: { persons } })
  const people = open.root.children.find(({ name }) => name === 'people') as Repeat
  people.add()
  const said = people.cards.map((card) =>
    Object.fromEntries(questionsOf(card).map(({ name, value }) => [name, value])),
  )
  expect(said.map(({ reach }) => reach)).toEqual(['110', '110', '110'])
  expect(said.slice(0, 2).map(({ seen_on }) => seen_on)).toEqual(['2026-11-20', '2026-11-20'])
  expect(said[2]?.seen_on).toMatch(/^\d{4}-\d\d-\d\d$/)
  expect(questionsOf(open.root).find(({ name }) => name === 'same')?.value).toBe('110')
})

const computed = trialForm(`
| survey |
| | type | name | label | default | relevant | save_to |
| | hidden | hh_uuid | | | | |
| | text | phone | 电话 | 110 | | households#phone |
| | date | due | 哪天以前办 | format-date(date(decimal-date-time('2026-11-20') + 7), '%Y-%m-%d') | | |
| | text | said | 一句话 | concat('请打', \${phone}) | \${phone} = '120' | |
| | text | again | 再一句 | \${said} | | |
| | begin repeat | people | 人 | | | |
| | hidden | person_id | | | | |
| | hidden | person_known | | | | |
| | text | who | 姓名 | | | persons#person_name |
| | text | call | 怎么转 | concat(\${phone}, '转', position(..)) | | |
| | end repeat | | | | | |

| entities |
| | list_name | entity_id | create_if | update_if | label |
| | households | \${hh_uuid} | | | |
| | persons | \${person_id} | \${person_known} = '' | \${person_known} != '' | \${who} |

| settings |
| | form_title | form_id | version | kind | subject |
| | 试 | computed_defaults | 2026112201 | register | household |
`)

it('computes what is more than a value, in known cards too, and what is not asked yet', async () => {
  const { form: open } = await openTrial(computed, { entities: { persons } })
  const values = () =>
    Object.fromEntries(questionsOf(open.root).map((one) => [one.reference, one.value]))
  expect(values()).toMatchObject({
    '/data/due': '2026-11-27',
    '/data/said': '',
    '/data/again': '请打110',
    '/data/people[1]/call': '110转1',
    '/data/people[2]/call': '110转2',
  })
  questionsOf(open.root)
    .find(({ name }) => name === 'phone')
    ?.write('120')
  expect(values()['/data/said']).toBe('请打110')
})
