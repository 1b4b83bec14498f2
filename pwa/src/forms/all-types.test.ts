// @vitest-environment jsdom
/** Every type and appearance that the phone knows, asked by the real engine and drawn. */
import { flushPromises } from '@vue/test-utils'
import axe from 'axe-core'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { ALL_TYPES } from '../../tests/all-types'
import { asked, draw, openTrial } from '../../tests/open-form'
import { cleanPhone, restart } from '../../tests/phone'
import { trialForm } from '../../tests/real-forms'
import { blobs } from '@/device'
import type { DraftSession } from './draft-session'
import type { Branch, Repeat } from './form-node'
import QuestionField from './QuestionField.vue'

const form = trialForm(ALL_TYPES)
let session: DraftSession

beforeEach(async () => {
  await cleanPhone()
  await restart()
  document.body.innerHTML = ''
  session = await openTrial(form)
})

/** The question alone on the page. */
async function show(name: string): Promise<HTMLElement> {
  draw(session, QuestionField, { question: asked(session, name) })
  await vi.dynamicImportSettled()
  await flushPromises()
  return document.body
}

function input(selector = 'input'): HTMLInputElement {
  const found = document.querySelector<HTMLInputElement>(selector)
  if (!found) throw new Error(`No ${selector}`)
  return found
}

async function type(text: string, selector = 'input'): Promise<void> {
  input(selector).value = text
  input(selector).dispatchEvent(new Event('input'))
  input(selector).dispatchEvent(new Event('change'))
  await session.flush()
}

async function tap(text: string): Promise<void> {
  const found = [...document.querySelectorAll<HTMLElement>('label, button')].find(
    (one) => one.textContent.trim().replace(/\s+/g, ' ') === text,
  )
  if (!found) throw new Error(`No ${text}`)
  const control = found.querySelector<HTMLElement>('input') ?? found
  control.click()
  await flushPromises()
}

async function choose(file: File): Promise<void> {
  Object.defineProperty(input('input[type=file]'), 'files', { value: [file], configurable: true })
  input('input[type=file]').dispatchEvent(new Event('change'))
  await session.flush()
  await vi.waitFor(() => expect(document.querySelector('.file:disabled')).toBeNull())
  await flushPromises()
}

const value = (name: string) => asked(session, name).value

function repeat(name: string, within: Branch = session.form.root): Repeat {
  const found = within.children.find((child) => child.name === name)
  if (found?.node !== 'repeat') throw new Error(`No repeat ${name}`)
  return found
}

describe('words and numbers', () => {
  it('draws Markdown in labels and hints, and says them plainly elsewhere', async () => {
    const page = await show('count')
    expect(page.querySelector('.ask strong')?.textContent).toBe('几口')
    expect(asked(session, 'count').label).toBe('几口人')
    document.body.innerHTML = ''
    await show('plain')
    expect(document.querySelector('.hint strong')?.textContent).toBe('一句')
    expect(document.querySelector('.hint')?.textContent).toBe('写一句')
  })

  it('follows answers in notes, opens plain links and no others', async () => {
    asked(session, 'count').write('3')
    const page = await show('said')
    expect(page.textContent).toContain('现在有 3 口人')
    const links = [...page.querySelectorAll('a')].map((one) => one.getAttribute('href'))
    expect(links).toEqual(['https://example.org'])
    expect(page.textContent).toContain('坏')
  })

  it('never runs what was typed as Markdown or HTML', async () => {
    asked(session, 'plain').write('<img src=x onerror=alert(1)> **大**')
    const page = await show('said')
    expect(page.querySelector('img')).toBeNull()
  })

  it('folds the long hint', async () => {
    const page = await show('plain')
    expect(page.querySelector('details.guidance summary')?.textContent).toBe('怎么填')
    expect(page.querySelector('details.guidance p')?.textContent).toBe('写得越具体越好')
  })

  it('asks several lines, digits, and large numbers with their thousands', async () => {
    expect((await show('long')).querySelector('textarea')).not.toBeNull()
    document.body.innerHTML = ''
    await show('account')
    expect(input().inputMode).toBe('tel')
    document.body.innerHTML = ''
    const page = await show('money')
    await type('1234567.5')
    await flushPromises()
    expect(value('money')).toBe('1234567.5')
    expect(page.querySelector('.groups')?.textContent).toBe('1,234,567.5')
  })

  it('opens a page that a form or a person names', async () => {
    const page = await show('site')
    expect(page.querySelector('a')?.getAttribute('href')).toBe('https://example.org/a')
  })

  it('types a code where the phone cannot read it, and reads it where it can', async () => {
    let page = await show('code')
    expect(page.textContent).not.toContain('扫码')
    await type('370321')
    expect(value('code')).toBe('370321')
    document.body.innerHTML = ''
    vi.stubGlobal('BarcodeDetector', () => undefined)
    vi.stubGlobal('navigator', Object.assign(navigator, { mediaDevices: {} }))
    page = await show('code')
    expect(page.textContent).toContain('扫码')
    vi.unstubAllGlobals()
  })
})

describe('time', () => {
  it('begins with the day of the form’s own default', () => {
    expect(value('day')).toBe('2026-11-20')
  })

  it('keeps a time and a moment with the phone’s offset', async () => {
    await show('clock')
    await type('08:31')
    expect(value('clock')).toMatch(/^08:31:00\.000([+-]\d\d:\d\d|Z)$/)
    expect(input().value).toBe('08:31')
    document.body.innerHTML = ''
    await show('moment')
    await type('2026-11-20T14:05')
    expect(value('moment')).toMatch(/^2026-11-20T14:05:00\.000([+-]\d\d:\d\d|Z)$/)
  })

  it('asks a year, a month, a day by their digits', async () => {
    await show('built')
    expect(document.querySelectorAll('input')).toHaveLength(1)
    await type('1998')
    expect(value('built')).toBe('1998-01-01')
    document.body.innerHTML = ''
    await show('since')
    expect(document.querySelectorAll('input')).toHaveLength(2)
    document.body.innerHTML = ''
    await show('born')
    const [year, month, day] = [...document.querySelectorAll('input')].map(
      (one) => `#${CSS.escape(one.id)}`,
    )
    await type('1952', year)
    await type('2', month)
    await type('30', day)
    expect(value('born')).toBe('')
    await type('28', day)
    expect(value('born')).toBe('1952-02-28')
  })
})

describe('choosing', () => {
  it('lays a scale out side by side, and in as many columns as wanted', async () => {
    let page = await show('happy')
    expect(page.querySelector<HTMLElement>('.opts')?.style.getPropertyValue('--columns')).toBe('5')
    document.body.innerHTML = ''
    page = await show('several')
    expect(page.querySelector<HTMLElement>('.opts')?.style.getPropertyValue('--columns')).toBe('2')
  })

  it('folds a list away, and searches it where the form wants that', async () => {
    await show('folded')
    await tap('点一下选')
    expect(document.querySelector('.searchbox')).toBeNull()
    await tap('乙')
    expect(value('folded')).toBe('b')
    document.body.innerHTML = ''
    await show('typed')
    await tap('点一下选')
    await type('丙', '.searchbox input')
    expect(document.querySelectorAll('.opt')).toHaveLength(1)
  })

  it('goes on at once where the form wants that', async () => {
    const went = vi.spyOn(Element.prototype, 'scrollIntoView')
    draw(session)
    session.setOpen('/data/g_choose', true)
    await flushPromises()
    input('[data-reference="/data/g_choose/quickly"] input').click()
    await flushPromises()
    const next = document.querySelector('[data-reference="/data/g_choose/folded"]')
    expect(went.mock.contexts).toContain(next)
    went.mockRestore()
  })

  it('offers what fits the choice before, gives up what no longer does, and names it', async () => {
    expect((await show('village')).textContent).toContain('先答前面的')
    document.body.innerHTML = ''
    asked(session, 'town').write('n')
    expect(asked(session, 'village').choices.map(({ label }) => label)).toEqual([
      '南一村',
      '南二村',
    ])
    asked(session, 'village').write('n2')
    expect(value('village_name')).toBe('南二村')
    expect((await show('chosen')).textContent).toContain('选的是南二村')
    asked(session, 'town').write('s')
    expect(value('village')).toBe('')
    expect(asked(session, 'village').choices).toHaveLength(1)
  })

  it('asks few steps of a range as buttons, many by a slider', async () => {
    await show('little')
    await tap('4')
    expect(value('little')).toBe('4')
    document.body.innerHTML = ''
    const page = await show('much')
    expect(page.querySelector('output')?.textContent).toBe('拖一下')
    expect([input().min, input().max, input().step]).toEqual(['0', '50', '0.5'])
    await type('3.5')
    await flushPromises()
    expect(value('much')).toBe('3.5')
    expect(page.querySelector('output')?.textContent).toBe('3.5')
  })

  it('puts choices in order by tapping them', async () => {
    await show('order')
    await tap('乙')
    expect(value('order')).toBe('')
    await tap('丙')
    expect(value('order')).toBe('b c a')
    await tap('重排')
    expect(value('order')).toBe('')
  })
})

describe('files', () => {
  it.each([
    ['voice', 'm4a', 'audio/mp4', 'audio/*'],
    ['film', 'mp4', 'video/mp4', 'video/*'],
    ['paper', 'pdf', 'application/pdf', '.pdf,image/jpeg,image/png,audio/*,video/*'],
  ])('keeps a %s on the disk before the form names it', async (name, ending, mime, accepted) => {
    URL.createObjectURL = () => 'blob:x'
    URL.revokeObjectURL = () => undefined
    await show(name)
    expect(input('input[type=file]').accept).toBe(accepted)
    await choose(new File(['bytes'], `x.${ending}`, { type: mime }))
    expect(value(name)).toMatch(new RegExp(`^\\d+\\.${ending}$`))
    expect(await blobs.list(session.draft.id)).toMatchObject([
      { name: value(name), media_type: mime },
    ])
    expect(session.form.xml()).toContain(`<${name}>${value(name)}</${name}>`)
    await tap('不要这个了')
    expect(value(name)).toBe('')
  })

  it('says why a file is not kept', async () => {
    const page = await show('paper')
    await choose(new File([], 'x.pdf'))
    expect(page.textContent).toContain('这个文件是空的')
  })

  it('knows which kind of file a question asks for', () => {
    const types = ['picture', 'voice', 'film', 'paper'].map((name) => asked(session, name).type)
    expect(types).toEqual(['image', 'audio', 'video', 'file'])
  })
})

describe('repeats', () => {
  it('has as many cards as an answer says, and none that are added by hand', async () => {
    expect(repeat('rooms').cards).toHaveLength(0)
    asked(session, 'count').write('2')
    expect(repeat('rooms').cards).toHaveLength(2)
    draw(session)
    await flushPromises()
    const card = document.querySelector('[data-section="/data/rooms"]')
    expect(card?.textContent).toContain('第 1 个')
    expect(card?.textContent).not.toContain('加一个')
    asked(session, 'word').write('好')
    const again = await openTrial(form, { xml: session.form.xml() })
    expect(asked(again, 'word').value).toBe('好')
  })

  it('fills a card that is added with the form’s own defaults', () => {
    asked(session, 'plain').write('陈家')
    repeat('fields').add()
    const today = new Date()
    const day = [today.getFullYear(), today.getMonth() + 1, today.getDate()]
      .map((part) => String(part).padStart(2, '0'))
      .join('-')
    expect(value('field_day')).toBe(day)
    expect(value('owner')).toBe('陈家')
    expect(value('field_id')).toMatch(/^[0-9a-f-]{36}$/)
  })

  it('keeps cards within cards apart, over drafts too', async () => {
    repeat('fields').add()
    repeat('fields').add()
    const [one, two] = repeat('fields').cards
    if (!one || !two) throw new Error('no cards')
    repeat('crops', one).add()
    repeat('crops', two).add()
    repeat('crops', two).add()
    const crops = () => session.form.root.children.filter(({ name }) => name === 'fields')
    expect(crops()).toHaveLength(1)
    expect(repeat('crops', one).cards).toHaveLength(1)
    expect(repeat('crops', two).cards[1]?.reference).toBe('/data/fields[2]/crops[2]')
    const again = await openTrial(form, { xml: session.form.xml() })
    expect(again.form.xml()).toBe(session.form.xml())
  })

  it('draws cards within cards, each open by itself', async () => {
    repeat('fields').add()
    const [one] = repeat('fields').cards
    if (!one) throw new Error('no card')
    session.setOpen('/data/fields', true)
    session.savePage({ 'card:/data/fields': 0 })
    draw(session)
    await flushPromises()
    const inner = [...document.querySelectorAll<HTMLElement>('.cards .cards button')]
    expect(inner.map((one) => one.textContent.trim())).toEqual(['加一个'])
    inner[0]?.click()
    await flushPromises()
    expect(document.body.textContent).toContain('什么庄稼')
  })
})

it('can be read and reached by everybody', async () => {
  repeat('fields').add()
  asked(session, 'count').write('1')
  for (const { path } of session.form.root.children) session.setOpen(path, true)
  draw(session)
  await vi.dynamicImportSettled()
  await flushPromises()
  const { violations } = await axe.run(document.body, {
    runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa'],
    // Colours need a layout; the browser stories look at them.
    rules: { 'color-contrast': { enabled: false } },
  })
  expect(violations.map(({ id, nodes }) => [id, nodes[0]?.html])).toEqual([])
})

it('keeps everything over a draft', async () => {
  const answers: Record<string, string> = {
    clock: '08:31:00.000+08:00',
    moment: '2026-11-20T14:05:00.000+08:00',
    little: '4',
    much: '3.5',
    order: 'b c a',
    code: '370321',
    seen: 'OK',
    several: 'a c',
  }
  for (const [name, answer] of Object.entries(answers)) asked(session, name).write(answer)
  const again = await openTrial(form, { xml: session.form.xml() })
  for (const [name, answer] of Object.entries(answers))
    expect([name, asked(again, name).value]).toEqual([name, answer])
})
