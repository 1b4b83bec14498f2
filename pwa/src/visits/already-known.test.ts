// @vitest-environment jsdom
/** A new household that is one already, told by the real form. */
import { beforeAll, beforeEach, expect, test } from 'vitest'
import { FakeServer, VILLAGE } from '../../tests/fake-server'
import { signedInPhone } from '../../tests/phone'
import { loadReal, realForm } from '../../tests/real-forms'
import type { LoadedForm, OpenForm, Repeat } from '@/forms/form-node'
import { questionsOf } from '@/forms/form-node'
import { synchronize } from '@/sync/synchronize'
import { alreadyKnown } from './already-known'
import { newDraft } from './new-draft'

let loaded: LoadedForm
let server: FakeServer
const version = realForm('household_register')

beforeAll(async () => {
  loaded = await loadReal(version)
})

beforeEach(async () => {
  server = new FakeServer()
  server.household('h1', { head: 'p1', address_detail: '14号', group_name: '2组' })
  server.entity(
    'persons',
    'p1',
    { person_name: '陈广田', household: 'h1', birth_date: '1958-04-12' },
    { masked: { id_number: '123X' } },
  )
  await signedInPhone()
  await synchronize()
})

async function registering(answers: Record<string, string>) {
  const draft = newDraft(
    {
      household: crypto.randomUUID(),
      area: VILLAGE,
      title: '新农户',
      label: '登记新农户',
      known: null,
      preset: { village_code: VILLAGE },
    },
    version,
  )
  const form = await loaded.open(draft.xml)
  const members = form.root.children.find(({ path }) => path === '/data/members') as Repeat
  if (members.cards.length === 0) members.add()
  for (const [name, value] of Object.entries(answers)) write(form, name, value)
  return alreadyKnown(form, draft)
}

function write(form: OpenForm, name: string, value: string): void {
  questionsOf(form.root)
    .find((question) => question.name === name)
    ?.write(value)
}

test('the same name and last four of the ID number are said, with the household to open', async () => {
  const found = await registering({
    name: '陈广田',
    has_id: 'yes',
    id_number: '37999919580412123X',
  })
  expect(found).toEqual([{ household: 'h1', name: '陈广田', why: '姓名和证件号后四位一样' }])
})

test('so are the same name and birth date, and the same name at the same place', async () => {
  const born = await registering({ name: '陈广田', has_id: 'no', birth_input: '1958-04-12' })
  expect(born[0]?.why).toBe('姓名和出生日期一样')
  const there = await registering({ name: '陈广田', address_detail: '14号' })
  expect(there[0]?.why).toBe('姓名和住处一样')
})

test('a namesake elsewhere is somebody else', async () => {
  expect(await registering({ name: '陈广田', address_detail: '99号' })).toEqual([])
  expect(await registering({ name: '陈广天', address_detail: '14号' })).toEqual([])
})
