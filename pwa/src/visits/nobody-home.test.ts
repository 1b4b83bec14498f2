// @vitest-environment jsdom
/** Nobody was at home: what was chosen counts, also when the sheet is gone before it is finished. */
import { beforeEach, expect, it } from 'vitest'
import { dictionary, loadReal, realForm } from '../../tests/real-forms'
import { cleanPhone, restart } from '../../tests/phone'
import { drafts, forms, outbox } from '@/device'
import { copies } from '@/device/database'
import { loadFetched, putFetched } from '@/device/meta'
import { replaceVillages } from '@/device/registers'
import { isOpenHere } from '@/forms/draft-session'
import { finishLeftOvers, recordAbsence } from './nobody-home'

const AREA = '370321110217'
const HOUSEHOLD = '11111111-1111-4111-8111-111111111111'
const visit = realForm('visit')

beforeEach(async () => {
  await loadReal(visit)
  await cleanPhone()
  await restart()
  await forms.put([visit])
  await putFetched({ dictionary })
  await loadFetched()
  const household = {
    ...{ kind: 'households', id: HOUSEHOLD, area: AREA, number: 1, gone: false as const },
    heads: ['77777777-7777-4777-8777-777777777777'],
    units: {},
  }
  const village = { area: AREA, epoch: 'e', sha256: 'x', rows: [household] }
  await copies().villages.put(village)
  replaceVillages([village])
})

async function absence() {
  const session = await recordAbsence(
    HOUSEHOLD,
    visit.definition.lists.absent_reason?.[0]?.[0] ?? '',
  )
  if (!session) throw new Error('not kept')
  return session
}

it('leaves the record to its sheet as long as that is open', async () => {
  await absence()
  await finishLeftOvers()
  expect(drafts.list.value).toHaveLength(1)
  expect(outbox.list.value).toEqual([])
})

it('finishes what a sheet has left, and lets it go', async () => {
  const session = await absence()
  session.close()
  await expect.poll(() => isOpenHere(session.draft.id)).toBe(false)
  await finishLeftOvers()
  await expect.poll(() => isOpenHere(session.draft.id)).toBe(false)
  expect(drafts.list.value).toEqual([])
  expect(outbox.list.value.map(({ instance_id }) => instance_id)).toEqual([session.draft.id])
})
