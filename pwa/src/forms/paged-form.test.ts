// @vitest-environment jsdom
/** A form that asks for pages: one at a time, told once what is missing, and led to it from elsewhere. */
import { beforeEach, expect, it } from 'vitest'
import { nextTick } from 'vue'
import { asked, draw, openTrial } from '../../tests/open-form'
import { cleanPhone, restart } from '../../tests/phone'
import { trialForm } from '../../tests/real-forms'
import GeneralForm from '@/records/GeneralForm.vue'
import { isPaged } from './pages'
import { showQuestion } from './show-question'

function written(appearance: string, style: string) {
  return trialForm(`
| survey |
| | type | name | label | required | required_message | relevant | appearance |
| | begin group | g_first | 头一页 | | | | ${appearance} |
| | select_one has | has_car | 有车吗 | yes | 请选 | | |
| | end group | | | | | | |
| | begin group | g_car | 车 | | | \${has_car} = 'yes' | ${appearance} |
| | text | plate | 车牌 | | | | |
| | end group | | | | | | |
| | begin group | g_around | 外面一层 | | | | |
| | begin group | g_inside | 里面一层 | | | | ${appearance} |
| | text | inside | 里面 | yes | 请填 | | |
| | end group | | | | | | |
| | begin repeat | things | 东西 | | | | |
| | text | thing | 什么 | yes | 请填 | | |
| | end repeat | | | | | | |
| | end group | | | | | | |

| choices |
| | list_name | name | label |
| | has | yes | 有 |
| | has | no | 没有 |

| settings |
| | form_title | form_id | version | kind | subject | style |
| | 试 | pages | 2026112201 | check | household | ${style} |
`)
}

const byGroups = written('field-list', '')
const byStyle = written('', 'pages')
const plain = written('', '')

beforeEach(async () => {
  await cleanPhone()
  await restart()
  document.body.innerHTML = ''
})

function seen(): string {
  return document.body.textContent.replace(/\s+/g, ' ')
}

async function tap(text: string) {
  const found = [...document.querySelectorAll('button')].find(
    (one) => one.textContent.trim() === text,
  )
  if (!found) throw new Error(`No button ${text}`)
  found.click()
  await nextTick()
  await nextTick()
}

it('shows a page at a time and says once what is missing', async () => {
  const session = await openTrial(byGroups)
  draw(session, GeneralForm)
  expect(seen()).toContain('第 1 页，共 3 页')
  expect(seen()).not.toContain('里面')
  await tap('下一页')
  expect(seen()).toContain('这一页还差 1 项')
  expect(seen()).toContain('第 1 页')
  session.answer(asked(session, 'has_car'), 'yes')
  await nextTick()
  expect(seen()).toContain('第 1 页，共 4 页')
  expect(seen()).not.toContain('这一页还差')
  await tap('下一页')
  expect(seen()).toContain('车牌')
  expect(document.activeElement?.textContent).toContain('第 2 页')
  await tap('下一页')
  await tap('下一页')
  expect(seen(), 'told, and gone on all the same').toContain('第 3 页')
  await tap('下一页')
  expect(seen()).toContain('第 4 页，共 4 页')
  expect(seen()).not.toContain('下一页')
  showQuestion(session, asked(session, 'inside'))
  await nextTick()
  expect(seen()).toContain('第 3 页')
  await tap('上一页')
  expect(seen()).toContain('车牌')
})

it('takes every group and question at the top for a page where the form as a whole asks for pages', async () => {
  expect(isPaged(byStyle.definition)).toBe(true)
  expect(isPaged(plain.definition)).toBe(false)
  draw(await openTrial(byStyle), GeneralForm)
  expect(seen()).toContain('第 1 页，共 2 页')
})
