// @vitest-environment jsdom
/** Each of our forms opens with the household that does not exist, and nothing of it stays in the browser. */
import { readdirSync } from 'node:fs'
import { resolve } from 'node:path'
import { beforeAll, beforeEach, expect, test, vi } from 'vitest'
import { currentPerson, people } from '@/device/people'
import { openedPerson } from '@/device/database'
import { registers, revoked } from '@/device'
import { dictionary, realForm } from '../../tests/real-forms'
import { beginRecord, decidedBeforehand, fillPhone } from './begin'
import type { Previewed } from './form'
import { HEAD, HOUSEHOLD, madeUpRows } from './household'

const ours = readdirSync(resolve(__dirname, '../../../forms'))
  .filter((name) => name.endsWith('.md') && name !== 'README.md')
  .map((name) => name.replace('.md', ''))
const network = vi.fn()

beforeAll(() => {
  globalThis.fetch = network
})

beforeEach(() => network.mockClear())

function previewed(formId: string): Previewed {
  return { form: realForm(formId), dictionary, policy: {} }
}

test.each(ours)('%s is begun for the made-up household', async (formId) => {
  const form = previewed(formId)
  await fillPhone(form)
  const draft = await beginRecord(form)
  expect(draft?.form_id).toBe(formId)
  expect(draft?.household).toBe(HOUSEHOLD)
  expect(draft?.xml).toContain(HOUSEHOLD)
})

test('what a page would decide before is chosen, as the step of a monitoring case', async () => {
  const form = previewed('monitoring')
  await fillPhone(form)
  const beforehand = decidedBeforehand(form)
  expect(beforehand?.choices.map(([code]) => code)).toContain('verify')
  expect((await beginRecord(form, 'verify'))?.xml).toContain('>verify</case_step>')
  expect(decidedBeforehand(previewed('visit'))).toBeNull()
})

test('a card is shown for the child that was left behind', async () => {
  const form = previewed('left_behind_card')
  await fillPhone(form)
  expect((await beginRecord(form))?.title).toBe('张小例')
})

test('a form of a kind that no page knows is about the whole household', async () => {
  const form = previewed('visit')
  form.form = { ...form.form, form_id: 'ours_only' }
  const { settings } = form.form.definition
  form.form.definition = { ...form.form.definition, settings: { ...settings, kind: 'other' } }
  await fillPhone(form)
  expect((await beginRecord(form))?.title).toBe('张示例')
})

test('nobody is remembered on this browser, and nothing is sent', async () => {
  await fillPhone(previewed('visit'))
  expect(openedPerson()).toBe('preview')
  expect(currentPerson()).toBeNull()
  expect(people()).toEqual([])
  expect(revoked.value).toBe(true)
  expect(network).not.toHaveBeenCalled()
})

test('of the household only what the dictionary knows is shown', async () => {
  await fillPhone(previewed('visit'))
  expect(registers.nameOf(HOUSEHOLD)).toBe('张示例')
  expect(registers.members(HOUSEHOLD)).toHaveLength(3)
  const bare = { ...dictionary, registers: { persons: { label: '人', properties: [] } } }
  const rows = madeUpRows(bare)
  expect(rows.map(({ kind }) => kind)).toEqual(['persons', 'persons', 'persons'])
  expect(rows.find(({ id }) => id === HEAD)?.units).toEqual({})
})
