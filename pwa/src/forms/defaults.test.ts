// @vitest-environment jsdom
/** What a form fills in by itself: at its beginning, in cards of what is known, and in cards that are added. */
import { expect, it } from 'vitest'
import { openTrial } from '../../tests/open-form'
import { trialForm } from '../../tests/real-forms'
import type { Repeat } from './form-node'
import { questionsOf } from './form-node'

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
  const persons = ['某甲', '某乙'].map((person_name, index) => ({
    id: `2222222${index}-2222-4222-8222-222222222222`,
    known: true,
    values: { person_name },
  }))
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
