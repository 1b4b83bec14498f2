// @vitest-environment jsdom
/** A form with the choices that a county added, in the words of the day, opened with the real engine. */
import { beforeEach, expect, it } from 'vitest'
import { openTrial } from '../../tests/open-form'
import { cleanPhone, restart } from '../../tests/phone'
import { trialForm } from '../../tests/real-forms'
import { labelOf } from '@/device/dictionary'
import { saveSession } from '@/device/session'
import type { Dictionary, Session } from '@/device/records'
import { questionsOf } from './form-node'
import { spoken } from './spoken'

const form = trialForm(`
| survey |
| | type | name | label | choice_filter |
| | select_one trouble | trouble | 什么问题 | |
| | text | kind | 哪一类 | |
| | select_one thing | thing | 什么 | kind = '' or kind = \${kind} |

| choices |
| | list_name | name | label | kind |
| | trouble | water | 断水 | |
| | trouble | other | 其他 | |
| | thing | a | 甲 | one |
| | thing | b | 乙 | two |

| settings |
| | form_title | form_id | version |
| | 试 | spoken | 2026112201 |
`)

beforeEach(async () => {
  await cleanPhone()
  await restart()
  await saveSession({
    policy: { 'term.trouble': { water: '吃水难' }, 'list.thing': { c: '丙' } },
    policy_dated: {
      'list.trouble': [
        ['2026-01-01', { x1: '路灯不亮', x2: '光伏板坏了' }],
        ['2026-11-01', { x2: '光伏板坏了' }],
        ['2027-01-01', { x2: '光伏板坏了', x3: '没信号' }],
      ],
    },
    areas: [],
    person: { id: 'p', name: '李明远', username: 'liming' },
  } as unknown as Session)
})

async function choices(day: string, name: string, held = '', xml?: string) {
  const { form: open } = await openTrial(spoken(form, day, held), xml ? { xml } : {})
  const question = questionsOf(open.root).find((one) => one.name === name)
  return { said: question?.choices.map(({ label }) => label), value: question?.value }
}

it('asks on each day for what is offered then, also without a network', async () => {
  expect((await choices('2026-10-31', 'trouble')).said).toEqual([
    '吃水难',
    '其他',
    '路灯不亮',
    '光伏板坏了',
  ])
  expect((await choices('2026-11-20', 'trouble')).said).toEqual(['吃水难', '其他', '光伏板坏了'])
  expect((await choices('2027-01-01', 'trouble')).said?.at(-1)).toBe('没信号')
})

it('shows an addition to a filtered list where the filter lets a blank pass', async () => {
  expect((await choices('2026-11-20', 'thing')).said).toEqual(['丙'])
})

it('keeps an answer that is offered no more in the record that holds it', async () => {
  const { form: open } = await openTrial(spoken(form, '2026-10-31'))
  const xml = open.xml().replace('<trouble/>', '<trouble>x1</trouble>')
  expect(xml).toContain('>x1<')
  const { said, value } = await choices('2026-11-20', 'trouble', xml, xml)
  expect(value).toBe('x1')
  expect(said).toContain('路灯不亮')
})

it('leaves a form alone of which policy says nothing', () => {
  const other = { ...form, definition: { ...form.definition, lists: {} } }
  expect(spoken(other, '2026-11-20')).toBe(other)
})

it('has words for all that a register may hold', () => {
  const property = { name: 'trouble', label: '', type: 'select_one', list: 'trouble' }
  const dictionary = {
    registers: { problems: { label: '', properties: [property] } },
    lists: { trouble: form.definition.lists.trouble },
  } as unknown as Dictionary
  const said = ['water', 'x1', 'x9'].map((code) => labelOf(dictionary, 'problems', 'trouble', code))
  expect(said).toEqual(['吃水难', '路灯不亮', 'x9'])
})
