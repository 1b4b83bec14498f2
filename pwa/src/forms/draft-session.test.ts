// @vitest-environment jsdom
/** A draft that is being filled in: nothing answered is lost, and what was confirmed is known. */
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { dictionary, loadReal, realForm } from '../../tests/real-forms'
import { cleanPhone, restart } from '../../tests/phone'
import { drafts, forms, outbox } from '@/device'
import type { Draft } from '@/device'
import { copies } from '@/device/database'
import { loadFetched, putFetched } from '@/device/meta'
import { replaceVillages } from '@/device/registers'
import type { AreaRow } from '@/device'
import { finishRecord } from '@/visits/finish-record'
import { openRecord } from '@/visits/open-record'
import { showMembers } from '@/visits/show-members'
import { newUpdate, newVisit, updateBegun } from '@/visits/start-record'
import type { DraftSession } from './draft-session'
import { closedHere, isOpenHere } from './draft-session'

const AREA = '370321110217'
const HOUSEHOLD = '11111111-1111-4111-8111-111111111111'
const HEAD = '22222222-2222-4222-8222-222222222222'
const ROSTER = '77777777-7777-4777-8777-777777777777'
const visit = realForm('visit')
const register = realForm('household_register')

function row(kind: string, id: string, units: Record<string, string>): AreaRow {
  return {
    kind,
    id,
    area: AREA,
    number: 1,
    gone: false,
    heads: [ROSTER],
    units: Object.fromEntries(Object.entries(units).map(([unit, value]) => [unit, [value, [0]]])),
  }
}

beforeEach(async () => {
  await loadReal(visit)
  await cleanPhone()
  await restart()
  await forms.put([visit, register])
  await putFetched({ dictionary })
  await loadFetched()
  const rows = [
    row('households', HOUSEHOLD, {
      food_ok: 'yes',
      housing_ok: 'dangerous',
      head: HEAD,
      'welfare/dibao': '1',
      phone: '13900008468',
    }),
    row('persons', HEAD, { person_name: '陈广田', household: HOUSEHOLD, relation: '02' }),
  ]
  const village = { area: AREA, epoch: 'e', sha256: 'x', rows }
  await copies().villages.put(village)
  replaceVillages([village])
})

async function open(draft: Draft | undefined): Promise<DraftSession> {
  if (!draft) throw new Error('no draft')
  return openRecord(draft, draft.form_id === 'visit' ? visit : register)
}

async function reopened(id: string): Promise<DraftSession> {
  await restart()
  return open(await drafts.get(id))
}

function answer(session: DraftSession, path: string, value: string): void {
  const question = session.question(path)
  if (!question) throw new Error(`no question ${path}`)
  session.answer(question, value)
}

describe('a visit', () => {
  it('asks anew what was observed, and knows what it was last time', async () => {
    const session = await open(await newVisit(HOUSEHOLD))
    const food = session.question('/data/g_check/food_ok')
    expect(food?.value).toBe('')
    expect(food && session.lastTime(food)).toBe('yes')
    expect(session.draft.shown[HOUSEHOLD]?.values['food_ok']).toEqual(['yes', [0]])
    expect(session.draft.shown[HOUSEHOLD]?.heads).toEqual([ROSTER])
  })

  it('is written out when the answer has been drawn, without being asked to', async () => {
    const session = await open(await newVisit(HOUSEHOLD))
    const before = session.draft.xml
    answer(session, '/data/g_check/food_ok', 'yes')
    expect(session.draft.xml).toBe(before)
    await vi.waitFor(async () =>
      expect((await drafts.get(session.draft.id))?.xml).toContain('<food_ok>yes</food_ok>'),
    )
  })

  it('is on the disk after every answer, exactly', async () => {
    const session = await open(await newVisit(HOUSEHOLD))
    answer(session, '/data/g_met/met_who', HEAD)
    answer(session, '/data/g_check/food_ok', 'yes')
    const promise = session.question('/data/g_more/promise')
    if (promise) session.typing(promise, '问清药费')
    session.setOpen('/data/g_change', true)
    await session.flush()
    const again = await reopened(session.draft.id)
    expect(again.form.xml()).toBe(session.form.xml())
    expect(again.question('/data/g_more/promise')?.value).toBe('问清药费')
    expect(again.isOpen('/data/g_change', false)).toBe(true)
    expect(again.draft.shown).toEqual(session.draft.shown)
  })

  it('confirms what a person answered, also where it is what it was', async () => {
    const session = await open(await newVisit(HOUSEHOLD))
    answer(session, '/data/g_check/food_ok', 'yes')
    await session.flush()
    expect((await drafts.get(session.draft.id))?.confirmed).toEqual([`${HOUSEHOLD}/food_ok`])
  })

  it('voids the signature when something is changed after signing', async () => {
    const session = await open(await newVisit(HOUSEHOLD))
    session.derive('/data/g_met/visit_result', 'met_person')
    answer(session, '/data/g_met/met_who', HEAD)
    answer(session, '/data/g_sign/sign_way', 'self')
    answer(session, '/data/g_sign/signature_household', '1.png')
    expect(session.question('/data/g_sign/signature_household')?.value).toBe('1.png')
    answer(session, '/data/g_risk/risk_clue', 'yes')
    expect(session.question('/data/g_sign/signature_household')?.value).toBe('')
    expect(session.notice.value).toContain('签名要重签')
    await session.flush()
  })

  it('voids it also in a draft that was opened again', async () => {
    const session = await open(await newVisit(HOUSEHOLD))
    answer(session, '/data/g_met/met_who', HEAD)
    answer(session, '/data/g_met/visit_result', 'met_person')
    answer(session, '/data/g_sign/sign_way', 'self')
    answer(session, '/data/g_sign/signature_household', '1.png')
    await session.flush()
    const again = await reopened(session.draft.id)
    expect(again.question('/data/g_sign/signature_household')?.value).toBe('1.png')
    answer(again, '/data/g_check/check_note', '北墙漏雨')
    expect(again.question('/data/g_sign/signature_household')?.value).toBe('')
    expect(again.form.xml()).not.toContain('1.png')
  })

  it('is finished with a signature that was still being kept', async () => {
    const session = await open(await newVisit(HOUSEHOLD))
    answer(session, '/data/g_met/met_who', HEAD)
    answer(session, '/data/g_met/visit_result', 'met_person')
    answer(session, '/data/g_sign/sign_way', 'self')
    const signature = session.question('/data/g_sign/signature_household')
    if (!signature) throw new Error('no signature')
    const drawing = new Blob([new Uint8Array(10)], { type: 'image/png' })
    const keeping = session.keepDrawing(signature, drawing)
    expect(await finishRecord(session)).toBe(true)
    expect(await keeping).toBe('')
    expect(outbox.list.value[0]?.attachments.map(({ name }) => name)).toEqual([signature.value])
  })

  it('is let go only when what was still being kept is on the disk', async () => {
    const session = await open(await newVisit(HOUSEHOLD))
    answer(session, '/data/g_met/met_who', HEAD)
    answer(session, '/data/g_met/visit_result', 'met_person')
    answer(session, '/data/g_sign/sign_way', 'self')
    const signature = session.question('/data/g_sign/signature_household')
    if (!signature) throw new Error('no signature')
    void session.keepDrawing(signature, new Blob([new Uint8Array(10)], { type: 'image/png' }))
    session.close()
    expect(isOpenHere(session.draft.id)).toBe(true)
    await closedHere(session.draft.id)
    expect(isOpenHere(session.draft.id)).toBe(false)
    const kept = await drafts.get(session.draft.id)
    expect(kept?.xml).toContain(signature.value)
    answer(session, '/data/g_check/food_ok', 'yes')
    await session.flush()
    expect((await drafts.get(session.draft.id))?.revision).toBe(kept?.revision)
  })

  it('goes to the outbox with its answers, and shows at once what it says', async () => {
    const session = await open(await newVisit(HOUSEHOLD))
    session.derive('/data/g_met/visit_result', 'met_person')
    answer(session, '/data/g_met/met_who', HEAD)
    answer(session, '/data/g_check/housing_ok', 'ok')
    expect(await finishRecord(session)).toBe(true)
    const [item] = outbox.list.value
    expect(item?.visited_on).toMatch(/^\d{4}-\d\d-\d\d$/)
    expect(item?.answers[HOUSEHOLD]?.units['housing_ok']).toBe('ok')
    expect(Object.keys(item?.shown ?? {})).toEqual([HOUSEHOLD])
    expect(item?.xml).toMatch(/<end>\d{4}-/)
    answer(session, '/data/g_risk/risk_clue', 'no')
    await session.flush()
    expect(await drafts.get(session.draft.id)).toBeUndefined()
  })
})

describe('an update', () => {
  it('fills in what is on file and confirms only what was changed', async () => {
    const session = await open(await newUpdate(HOUSEHOLD))
    expect(session.question('/data/g_basic/phone')?.value).toBe('13900008468')
    answer(session, '/data/members/g_person/member_phone', '13900001234')
    answer(session, '/data/g_type/welfare', 'dibao relocated')
    await session.flush()
    expect((await drafts.get(session.draft.id))?.confirmed).toEqual([
      `${HEAD}/member_phone`,
      `${HOUSEHOLD}/welfare`,
    ])
  })

  it('stands open at the member from whom it was begun, and writes nothing for that', async () => {
    const session = await open(await newUpdate(HOUSEHOLD))
    showMembers(session, HEAD)
    const { members } = session
    expect(session.isOpen('/data/members', false)).toBe(true)
    expect(members[session.page['card:/data/members'] as number]?.id).toBe(HEAD)
    await session.flush()
    expect(await drafts.get(session.draft.id)).toBeUndefined()
  })

  it('is not begun a second time, and a correction of one is not taken for it', async () => {
    expect(updateBegun(HOUSEHOLD)).toBeUndefined()
    const session = await open(await newUpdate(HOUSEHOLD))
    answer(session, '/data/g_basic/phone', '13900001234')
    await session.flush()
    expect(updateBegun(HOUSEHOLD)?.id).toBe(session.draft.id)
    session.draft.deprecated_id = crypto.randomUUID()
    answer(session, '/data/g_basic/phone', '13900001235')
    await session.flush()
    expect(updateBegun(HOUSEHOLD)).toBeUndefined()
  })
})
