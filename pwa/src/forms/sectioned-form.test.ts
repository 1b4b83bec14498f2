// @vitest-environment jsdom
/** A form that has no page of its own: sections, what is missing, and last time's answers. */
import { beforeEach, describe, expect, it } from 'vitest'
import { asked, draw, openTrial } from '../../tests/open-form'
import { cleanPhone, restart } from '../../tests/phone'
import { trialForm } from '../../tests/real-forms'

const HOUSEHOLD = '11111111-1111-4111-8111-111111111111'
const form = trialForm(`
| survey |
| | type | name | label | required | required_message | relevant | save_to |
| | hidden | hh_uuid | | | | | |
| | begin group | g_live | 过日子 | | | | |
| | text | phone | 电话 | yes | 请填 | | households#phone |
| | decimal | land | 耕地 | yes | 请填 | | households#farmland_mu |
| | select_multiple welfare | welfare | 享受什么 | | | | households#welfare |
| | select_one has | has_car | 有车吗 | yes | 请选 | | households#lives_elsewhere |
| | text | car | 在哪 | yes | 请填 | \${has_car} = 'yes' | households#current_address |
| | image | photo | 照片 | | | | |
| | end group | | | | | | |
| | begin group | g_more | 别的 | | | | |
| | text | one | 头一个 | yes | 请填 | | |
| | end group | | | | | | |
| | begin repeat | things | 东西 | | | | |
| | text | thing | 什么 | yes | 请填 | | |
| | begin repeat | parts | 零件 | | | | |
| | text | part | 哪个零件 | yes | 请填 | | |
| | end repeat | | | | | | |
| | end repeat | | | | | | |

| choices |
| | list_name | name | label |
| | has | yes | 有 |
| | has | no | 没有 |
| | welfare | dibao | 低保 |
| | welfare | tekun | 特困 |

| entities |
| | list_name | entity_id | update_if | label |
| | households | \${hh_uuid} | \${hh_uuid} != '' | \${phone} |

| settings |
| | form_title | form_id | version | kind | subject |
| | 试 | sections | 2026112201 | check | household |
`)

const SHOWN = {
  [HOUSEHOLD]: {
    heads: [],
    values: {
      phone: ['13900008468', []],
      farmland_mu: ['3.5', []],
      'welfare/dibao': ['1', []],
      'welfare/tekun': ['0', []],
      lives_elsewhere: ['yes', []],
      current_address: ['淄博', []],
    } as Record<string, [string, number[]]>,
  },
}
const entities = { households: [{ id: HOUSEHOLD, known: true, values: {} }] }

beforeEach(async () => {
  await cleanPhone()
  await restart()
  document.body.innerHTML = ''
})

const RULED = trialForm(`
| survey |
| | type | name | label | required | constraint | constraint_message |
| | text | phone | 电话 | yes | regex(., '^[0-9]{7}$') | 电话是 7 位数字 |

| settings |
| | form_title | form_id | version | kind | subject |
| | 试 | ruled | 2026112201 | check | household |
`)

it('names a broken rule not at every key, but still where one is led back to it', async () => {
  await draw(await openTrial(RULED, { entities }))
  const field = document.querySelector<HTMLInputElement>('input[type=text]')
  if (!field) throw new Error('no field')
  const says = async () => {
    await new Promise((resolve) => setTimeout(resolve))
    return document.body.textContent.includes('电话是 7 位数字')
  }
  field.focus()
  field.value = '没有别的'
  field.dispatchEvent(new Event('input'))
  field.dispatchEvent(new Event('change'))
  expect(await says()).toBe(false)
  field.blur()
  expect(await says()).toBe(true)
  field.focus()
  expect(await says()).toBe(true)
  field.value = '8468000'
  field.dispatchEvent(new Event('input'))
  field.dispatchEvent(new Event('change'))
  expect(await says()).toBe(false)
})

it('keeps nothing of what cannot be a number, and leaves it to be mended', async () => {
  const session = await openTrial(form, { entities })
  await draw(session)
  const field = document.querySelectorAll<HTMLInputElement>('input[type=text]')[1]
  if (!field) throw new Error('no field')
  for (const typed of ['1', '12', '12o']) {
    field.value = typed
    field.dispatchEvent(new Event('input'))
  }
  field.dispatchEvent(new Event('change'))
  await new Promise((resolve) => setTimeout(resolve))
  expect(asked(session, 'land').value).toBe('')
  expect(field.value).toBe('12o')
  expect(document.body.textContent).toContain('这里只能填数字')
})

function button(text: string): HTMLButtonElement {
  const found = [...document.querySelectorAll('button')].find((one) =>
    one.textContent.includes(text),
  )
  if (!found) throw new Error(`No button ${text}`)
  return found
}

function heads(): string[] {
  return [...document.querySelectorAll('summary')].map((one) => one.textContent)
}

describe('a form in sections', () => {
  it('says of each section what is missing, and opens the first of them', async () => {
    const session = await openTrial(form, { entities })
    draw(session)
    expect(heads()).toEqual(['过日子还差 3 项', '别的还差 1 项', '东西没有'])
    expect(document.querySelectorAll('details[open]')).toHaveLength(1)
    expect(document.body.textContent).toContain('电话')
  })

  it('answers a section as last time in one tap, whatever its types', async () => {
    const session = await openTrial(form, { entities, shown: SHOWN })
    const page = draw(session)
    expect(document.body.textContent).toContain('13900008468')
    button('和上次一样').click()
    await page.vm.$nextTick()
    const value = (name: string) => asked(session, name).value
    expect([value('phone'), value('land'), value('welfare')]).toEqual([
      '13900008468',
      '3.5',
      'dibao',
    ])
    expect([value('has_car'), value('car')]).toEqual(['yes', '淄博'])
    expect(value('photo')).toBe('')
    expect(heads()[0]).toBe('过日子和上次一样')
    await session.flush()
    expect(session.draft.confirmed).toContain(`${HOUSEHOLD}/farmland_mu`)
  })

  it('takes that back when it was not so', async () => {
    const session = await openTrial(form, { entities, shown: SHOWN })
    const page = draw(session)
    button('和上次一样').click()
    session.setOpen('/data/g_live', true)
    await page.vm.$nextTick()
    button('不一样，重新填').click()
    await page.vm.$nextTick()
    expect(asked(session, 'phone').value).toBe('')
    expect(document.querySelector(`[data-reference="/data/g_live/phone"]`)).not.toBeNull()
  })

  it('shows last time’s answer beside a question, and gives it in one tap', async () => {
    const session = await openTrial(form, { entities, shown: SHOWN })
    const page = draw(session)
    button('有变化，逐项填').click()
    await page.vm.$nextTick()
    button('上次 3.5').click()
    await page.vm.$nextTick()
    expect(asked(session, 'land').value).toBe('3.5')
    expect(document.body.textContent).not.toContain('上次 3.5')
  })

  it('lists its sections, and leads to what is missing in one', async () => {
    const session = await openTrial(form, { entities })
    const page = draw(session, undefined, { list: true })
    session.setOpen('sections', true)
    await page.vm.$nextTick()
    button('别的').click()
    await page.vm.$nextTick()
    await page.vm.$nextTick()
    await page.vm.$nextTick()
    expect(document.activeElement?.id).toBe(`q-${asked(session, 'one').key}`)
  })
})
