// @vitest-environment jsdom
/** What a county adds to a form is asked once more of whom was recorded before, alone, and once only. */
import { beforeEach, describe, expect, it } from 'vitest'
import { asked, draw, openTrial } from '../../../tests/open-form'
import { cleanPhone, restart } from '../../../tests/phone'
import { dictionary, loadReal, realForm, trialForm } from '../../../tests/real-forms'
import { forms, outbox, registers } from '@/device'
import type { AreaRow, FormVersion } from '@/device'
import { copies } from '@/device/database'
import { derivedId } from '@/device/derived-id'
import { loadFetched, putFetched } from '@/device/meta'
import type { Asked } from '@/device/records'
import { replaceVillages } from '@/device/registers'
import { writes } from '@/device/overlay'
import { forgetSession } from '@/device/session'
import { parseXml, textAt } from '@/forms/instance-xml'
import { finishRecord } from '@/visits/finish-record'
import { openRecord } from '@/visits/open-record'
import { supplement } from '.'
import { withoutUnseen } from './only-new'
import { pendingOf, toAsk } from './pending'
import SupplementForm from './SupplementForm.vue'

const AREA = '370321110217'
const [HOME, OTHER] = [
  '11111111-1111-4111-8111-111111111111',
  '11111111-1111-4111-8111-111111111112',
]
const [HEAD, WIFE] = [
  '22222222-2222-4222-8222-222222222221',
  '22222222-2222-4222-8222-222222222222',
]
const BEFORE = '33333333-3333-4333-8333-333333333333'
const CASE = await derivedId('health_case', WIFE)
const register = realForm('household_register')
const health = realForm('health_eight')
const visit = realForm('visit')

/** The form in force, with questions of it named as new. */
function inForce(form: FormVersion, ...names: string[]) {
  const asks: Asked[] = form.definition.questions
    .filter(({ name }) => names.includes(name))
    .map(({ path, label, save_to }) => ({ path, label, save_to: save_to ?? null }))
  const { form_id, version, title, definition } = form
  const { kind = '', subject = '' } = definition.settings
  const about = form_id === 'health_eight' ? 'health_cases' : ''
  return { form_id, version, title, kind, subject, register: about, asks }
}

function row(kind: string, id: string, units: Record<string, unknown>): AreaRow {
  const values = Object.entries(units).map(([unit, value]) => [unit, [value, [0]]])
  return {
    ...{ kind, id, area: AREA, number: 1, gone: false, heads: [BEFORE] },
    units: Object.fromEntries(values),
  } as AreaRow
}

function record(id: string, form_id: string, form_version: string, household = HOME): AreaRow {
  return {
    ...{ kind: 'review', id, area: AREA, number: 2, gone: false, household, form_id, form_version },
    ...{ event_date: '2026-01-05', recorder: { id: 'p', name: '王芳' }, state: 'approved' },
    ...{ summary: {}, remarks: [], superseded_by: null },
  } as unknown as AreaRow
}

const PRESENT = { member_status: 'in', change_reason: '', change_date: '' }
const HERE = { member_status: PRESENT, relation: '10' }
const PEOPLE = [
  row('households', HOME, { head: HEAD, phone: '13900000001', farmland_mu: '2' }),
  row('households', OTHER, {}),
  row('persons', HEAD, { household: HOME, person_name: '陈广田', ...HERE, relation: '02' }),
  row('persons', WIFE, {
    ...{ household: HOME, person_name: '赵桂兰', ...HERE, birth_date: '1954-08-22' },
    'health_status/chronic': '1',
  }),
]

async function hold(...rows: AreaRow[]) {
  const village = { area: AREA, epoch: 'e', sha256: 'x', rows: [...PEOPLE, ...rows] }
  await copies().villages.put(village)
  replaceVillages([village])
}

async function ask(...versions: ReturnType<typeof inForce>[]) {
  await putFetched({ dictionary, in_force: versions })
  await loadFetched()
}

beforeEach(async () => {
  await cleanPhone()
  await restart()
  forgetSession()
  await forms.put([register, health, visit])
})

function home() {
  const found = registers.household(HOME)
  if (!found) throw new Error('no household')
  return found
}

describe('who is asked once more', () => {
  it('is whoever was recorded before, until anybody has answered', async () => {
    await ask(inForce(register, 'farmland_mu'))
    await hold()
    expect(toAsk.value).toEqual([])
    await hold(record(BEFORE, 'household_register', 'older'))
    expect(toAsk.value).toEqual([HOME])
    expect(supplement.facts(home())[0]).toMatchObject({ what: '补问' })
    const answered = record(OTHER, 'household_register', register.version)
    await hold(record(BEFORE, 'household_register', 'older'), answered)
    expect(toAsk.value).toEqual([])
  })

  it('is nobody where only what is new is asked of new records', async () => {
    await ask(inForce(register))
    await hold(record(BEFORE, 'household_register', 'older'))
    expect(toAsk.value).toEqual([])
  })

  it('is each person by himself', async () => {
    await ask(inForce(health, 'next_follow_up'))
    const about = { household: HOME, person: WIFE, illness_class: 'chronic' }
    await hold(row('health_cases', CASE, about), record(BEFORE, 'health_eight', 'older'))
    expect(pendingOf(HOME).map(({ person }) => person)).toEqual([WIFE])
    expect(supplement.actions(home())[0]?.says).toBe('赵桂兰：下次随访')
    const sign = { sign_status: '', sign_date: '', doctor_phone: '', next_follow_up: '2026-12-01' }
    await hold(
      row('health_cases', CASE, { ...about, sign }),
      record(BEFORE, 'health_eight', 'older'),
    )
    expect(toAsk.value).toEqual([])
  })

  it('is asked with the next visit of what a visit asks: no visit is made up', async () => {
    await ask(inForce(visit, 'income_change'))
    await hold(record(BEFORE, 'visit', 'older'))
    expect(supplement.actions(home())).toEqual([])
    expect(supplement.facts(home())[0]?.what).toBe('下次入户走访时补问')
  })
})

describe('the record of what is new', () => {
  it('asks nothing else, writes nothing else, and is gone from the list', async () => {
    await loadReal(register)
    await ask(inForce(register, 'farmland_mu', 'labour'))
    await hold(record(BEFORE, 'household_register', 'older'))
    const [action] = supplement.actions(home())
    const draft = await supplement.begin(HOME, action?.subject)
    if (!draft) throw new Error('not begun')
    const session = await openRecord(draft, register)
    const page = draw(session, SupplementForm)
    const headings = page.findAll('h2').map((one) => one.text())
    expect(headings).toEqual(['陈广田', '陈广田', '赵桂兰'])
    expect(page.findAll('.q')).toHaveLength(3)
    session.answer(asked(session, 'farmland_mu'), '3.5')
    await session.flush()
    expect(
      session.visibleMissing.every(({ name }) => ['farmland_mu', 'labour'].includes(name)),
    ).toBe(true)
    expect((await supplement.begin(HOME, action?.subject))?.id).toBe(draft.id)
    expect(await finishRecord(session)).toBe(true)
    const [sent] = outbox.list.value
    if (!sent) throw new Error('nothing waits')
    const written = Object.keys(sent.answers).flatMap((id) =>
      writes(sent, id).map(([unit]) => unit),
    )
    expect(written).toEqual(['farmland_mu'])
    expect(toAsk.value).toEqual([])
    session.close()
    page.unmount()
  })

  it('leaves a default out that nobody was shown or asked', async () => {
    const trial = trialForm(`
| survey |
| | type | name | label | default | save_to |
| | hidden | hh_uuid | | | |
| | text | phone | 电话 | 13900000000 | households#phone |
| | text | address | 住址 | 村东 | households#address_detail |
| | text | hearing | 新题 | | households#cause_detail |

| entities |
| | list_name | entity_id |
| | households | \${hh_uuid} |

| settings |
| | form_title | form_id | version | kind | subject |
| | 试 | trial | 2026112201 | register | household |
`)
    await ask()
    const known = [{ id: HOME, known: true, values: {} }]
    const shown = {
      [HOME]: { heads: [BEFORE], values: { address_detail: ['村西', [0]] as never } },
    }
    const session = await openTrial(trial, { entities: { households: known }, shown })
    session.savePage({ asks: ['/data/hearing'] })
    await session.flush()
    session.answer(asked(session, 'hearing'), '听得清')
    const root = parseXml(withoutUnseen(session.form.xml(), session)).documentElement
    expect(['phone', 'address', 'hearing'].map((name) => textAt(root, `/data/${name}`))).toEqual([
      '',
      '村东',
      '听得清',
    ])
  })
})
