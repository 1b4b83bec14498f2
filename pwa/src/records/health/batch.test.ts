// @vitest-environment jsdom
/** One of the eight for many people: each gets a record of his own, and all of it can be taken back before it is sent. */
import { mount } from '@vue/test-utils'
import { createMemoryHistory, createRouter } from 'vue-router'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { cleanPhone, restart } from '../../../tests/phone'
import { dictionary, loadReal, realForm } from '../../../tests/real-forms'
import { drafts, forms, outbox } from '@/device'
import type { AreaRow } from '@/device'
import { copies } from '@/device/database'
import { loadFetched, putFetched } from '@/device/meta'
import { replaceVillages } from '@/device/registers'
import { forgetSession, saveSession } from '@/device/session'
import { today } from '@/shared/dates'
import { paused } from '@/sync'
import BatchPage from './BatchPage.vue'
import { incompleteIn, lackingIn } from './person'

const AREA = '370321110217'
const MANY = 30
const form = realForm('health_eight')

function id(kind: string, n: number): string {
  return `${kind.repeat(8)}-1111-4111-8111-${String(n).padStart(12, '0')}`
}

function row(kind: string, name: string, units: Record<string, unknown>, derived = {}): AreaRow {
  const values = Object.entries(units).map(([unit, value]) => [unit, [value, [0]]])
  return {
    ...{ kind, id: name, area: AREA, number: 1, gone: false, derived },
    heads: ['77777777-7777-4777-8777-777777777777'],
    units: Object.fromEntries(values),
  } as unknown as AreaRow
}

function ill(n: number, born = '1980-05-01'): AreaRow[] {
  const home = id('a', n)
  const person = id('b', n)
  return [
    row('households', home, { head: person, address: `${n}号` }),
    row(
      'persons',
      person,
      { person_name: `病人${n}`, household: home, birth_date: born, 'health_status/chronic': '1' },
      { hb_needed: 1, hb_complete: 'no' },
    ),
  ]
}

async function hold(rows: AreaRow[]) {
  const village = { area: AREA, epoch: 'e', sha256: 'x', rows }
  await copies().villages.put(village)
  replaceVillages([village])
}

beforeEach(async () => {
  await loadReal(form)
  await cleanPhone()
  await restart()
  await forms.put([form])
  await putFetched({ dictionary })
  await loadFetched()
  forgetSession()
  await saveSession({
    ...{ token: 't', device: { id: 'd', name: '红米' }, roles: [], view: 'team', county: '370321' },
    person: { id: 'p', name: '李明远', username: 'liming' },
    areas: [{ code: AREA, name: '三里村', level: 'village', parent: null }],
    policy: { 'health.yearly': ['hb6'], 'health.exam_age': 65 },
    server_time: new Date().toISOString(),
  })
})
afterEach(() => (paused.value = false))

async function open() {
  const routes = [{ path: '/:all(.*)*', component: { render: () => null } }]
  const router = createRouter({ history: createMemoryHistory(), routes })
  await router.push(`/health?village=${AREA}`)
  window.scrollTo = () => undefined
  const page = mount(BatchPage, { global: { plugins: [router] } })
  const button = (label: string) => {
    const found = page.findAll('button').find((one) => one.text().includes(label))
    if (!found) throw new Error(`no button ${label}`)
    return found
  }
  const until = async (done: () => boolean) => {
    for (let tries = 0; !done(); tries += 1) {
      if (tries > 900) throw new Error(`never came: ${page.text()}`)
      await new Promise((go) => setTimeout(go, 20))
    }
  }
  return { page, button, until }
}

it('records thirty people in one go, says who is left, and takes all of it back', async () => {
  const well = row('persons', id('c', 1), { person_name: '没病的', household: id('a', 1) })
  await hold([...Array.from({ length: MANY }, (_, n) => ill(n)).flat(), well])
  expect(incompleteIn(AREA)).toBe(MANY)
  const { page, button, until } = await open()
  expect(page.findAll('label.pick')).toHaveLength(MANY)
  expect(page.text()).not.toContain('没病的')
  await page.find('select.box').setValue('hb3')
  await page.find('input[type=text]').setValue('果里镇卫生院')
  await button('记为已落实').trigger('click')
  expect(page.text()).toContain('请勾选做了的人')
  await button('全选').trigger('click')
  await page.find('label.pick input').setValue(false)
  await button('记为已落实').trigger('click')
  await until(() => page.text().includes('记好 29 人'))
  expect(paused.value).toBe(true)
  expect(outbox.list.value).toHaveLength(MANY - 1)
  expect(drafts.list.value).toEqual([])
  const [first] = outbox.list.value
  const said = Object.values(first?.answers ?? {}).find(
    ({ register }) => register === 'health_cases',
  )
  expect(said?.units.hb3).toMatchObject({
    hb3_status: 'done',
    hb3_on: today(),
    hb3_org: '果里镇卫生院',
  })
  expect(first?.confirmed.map((one) => one.split('/')[1])).toEqual(['hb3'])
  expect(page.findAll('label.pick')).toHaveLength(1)
  await button('记错了，取回').trigger('click')
  await until(() => page.text().includes('已取回 29 条'))
  expect(outbox.list.value).toEqual([])
  expect(lackingIn(AREA, 'hb3')).toHaveLength(MANY)
  page.unmount()
  expect(paused.value).toBe(false)
}, 60_000)

it('asks the old what was examined, and leaves who needs more for his own page', async () => {
  const [home] = ill(2)
  const named = { person_name: '没写病种', household: id('a', 2), birth_date: '1950-01-01' }
  const unknown = row('persons', id('b', 2), named, { hb_needed: 1, hb_complete: 'no' })
  await hold([...ill(1, '1950-01-01'), ...(home ? [home, unknown] : [])])
  const { page, button, until } = await open()
  await page.find('select.box').setValue('hb6')
  await button('全选').trigger('click')
  await button('记为已落实').trigger('click')
  expect(page.text()).toContain('请点查了哪些')
  await until(() => page.text().includes('血常规'))
  await button('都查了').trigger('click')
  await button('记为已落实').trigger('click')
  await until(() => page.text().includes('记好 1 人'))
  expect(page.text()).toContain('没写病种没有记：还要填“病种”')
  expect(drafts.list.value).toEqual([])
  await button('没错，上传').trigger('click')
  expect(paused.value).toBe(false)
  expect(outbox.list.value).toHaveLength(1)
}, 30_000)

it('does not offer whom an item does not concern, or who has it', async () => {
  const has = (n: number, hb1: Record<string, string>) =>
    row('health_cases', id('d', n), {
      household: id('a', n),
      person: id('b', n),
      hb1: { hb1_reason: '', hb1_org: '', hb1_ref: '', hb1_on: '', ...hb1 },
    })
  await hold([
    ...[1, 2, 3].flatMap((n) => ill(n)),
    has(1, { hb1_status: 'done', hb1_on: '2026-03-08' }),
    has(2, { hb1_status: 'na' }),
    has(3, { hb1_status: 'not_done' }),
  ])
  expect(lackingIn(AREA, 'hb1').map(({ person }) => person.id)).toEqual([id('b', 3)])
})
