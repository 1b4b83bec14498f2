// @vitest-environment jsdom
/** A day of many households: opening the largest form again and again keeps nothing of those before. */
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { flushPromises } from '@vue/test-utils'
import { beforeEach, expect, it } from 'vitest'
import { draw, openTrial } from '../../tests/open-form'
import { cleanPhone, restart } from '../../tests/phone'
import { realForm } from '../../tests/real-forms'
import { closedHere } from './draft-session'

const LARGEST = realForm('household_register')
const MEMBERS = Array.from({ length: 6 }, (_, index) => ({
  id: `2222222${index}-2222-4222-8222-222222222222`,
  known: true,
  values: { person_name: `某${index}`, relation: '02' },
}))

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void

beforeEach(async () => {
  await cleanPhone()
  await restart()
})

async function openAndLeave(): Promise<void> {
  const session = await openTrial(LARGEST, { entities: { persons: MEMBERS } })
  const page = draw(session)
  await flushPromises()
  page.unmount()
  session.close()
  await closedHere(session.draft.id)
}

async function heapAfter(openings: number): Promise<number> {
  for (let opened = 0; opened < openings; opened += 1) await openAndLeave()
  // What was just let go of is collected only once timers of the page have run out.
  await new Promise((resolve) => setTimeout(resolve, 50))
  collect()
  return process.memoryUsage().heapUsed / 1e6
}

it('stays flat over twenty openings of the largest form', async () => {
  const begun = await heapAfter(5)
  const later = await heapAfter(15)
  expect(later - begun).toBeLessThan(15)
}, 120_000)
