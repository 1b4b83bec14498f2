// @vitest-environment jsdom
/** A form in several languages is asked in Chinese where it has that. */
import { expect, it } from 'vitest'
import { asked, openTrial } from '../../tests/open-form'
import { trialForm } from '../../tests/real-forms'

function labelled(id: string, first: string, second: string) {
  return trialForm(`
| survey |
| | type | name | label::${first} | label::${second} |
| | text | name | one | 二 |
| | select_one yn | ok | is it | 行吗 |

| choices |
| | list_name | name | label::${first} | label::${second} |
| | yn | yes | yes | 行 |

| settings |
| | form_title | form_id | version | kind | subject |
| | 试 | ${id} | 2026112201 | check | household |
`)
}

it('speaks Chinese wherever it stands', async () => {
  const session = await openTrial(labelled('two', 'English (en)', '中文 (zh)'))
  expect(asked(session, 'name').label).toBe('二')
  expect(asked(session, 'ok').choices).toEqual([{ value: 'yes', label: '行' }])
})

it('speaks the first language where it has no Chinese', async () => {
  const session = await openTrial(labelled('none', 'English (en)', 'Français (fr)'))
  expect(asked(session, 'name').label).toBe('one')
})
