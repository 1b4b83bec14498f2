// @vitest-environment jsdom
/** A form about one person, in a group of its own: it is filled in for that person, and says so. */
import { describe, expect, it } from 'vitest'
import { dictionary, loadReal, trialForm } from '../../tests/real-forms'
import { buildInstance } from './build-instance'
import { answersOf } from './entity-answers'
import { questionsOf } from './form-node'
import { savedTo } from './saved-to'

const HOUSEHOLD = '11111111-1111-4111-8111-111111111111'
const WIFE = '33333333-3333-4333-8333-333333333333'
const CASE = '44444444-4444-5444-8444-444444444444'

const form = trialForm(`
| survey |
| | type | name | label | calculation | save_to |
| | hidden | hh_uuid | | | |
| | hidden | known_address_detail | | | |
| | text | phone | 电话 | | households#phone |
| | begin group | g_person | 这个人 | | |
| | hidden | person_id | | | |
| | hidden | known_person_name | | | |
| | text | note | 病情 | | persons#disease_note |
| | begin group | g_case | 台账 | | |
| | hidden | case_id | | | |
| | hidden | case_known | | | |
| | hidden | known_illness | | | |
| | date | illness | 确诊日期 | | health_cases#diagnosed_on |
| | calculate | of_person | | \${person_id} | health_cases#person |
| | end group | | | | |
| | end group | | | | |

| entities |
| | list_name | entity_id | create_if | update_if | label |
| | households | \${hh_uuid} | | | |
| | persons | \${person_id} | | | |
| | health_cases | \${case_id} | \${case_known} = '' | \${case_known} != '' | \${illness} |

| settings |
| | form_title | form_id | version | kind | subject |
| | 试 | trial | 2026112201 | health | person |
`)

function built(known: boolean): string {
  return buildInstance({
    xform: form.xform,
    definition: form.definition,
    instanceId: '99999999-9999-4999-8999-999999999999',
    entities: {
      households: [
        { id: HOUSEHOLD, known: true, values: { address_detail: '2组14号', phone: '1' } },
      ],
      persons: [
        { id: WIFE, known: true, values: { person_name: '赵桂兰', disease_note: '高血压' } },
      ],
      health_cases: [{ id: CASE, known, values: known ? { diagnosed_on: '2026-01-02' } : {} }],
    },
    preset: {},
    firstLoad: { now: new Date('2026-11-20T08:31:00Z'), deviceId: 'd', userName: 'u' },
    takesOver: () => true,
  }).xml
}

describe('entities in groups', () => {
  it('fills each with its own, and what is known beside it', async () => {
    const open = await (await loadReal(form)).open(built(true))
    const values = Object.fromEntries(questionsOf(open.root).map((one) => [one.name, one.value]))
    expect(values).toMatchObject({
      hh_uuid: HOUSEHOLD,
      known_address_detail: '2组14号',
      phone: '1',
      person_id: WIFE,
      known_person_name: '赵桂兰',
      note: '高血压',
      case_id: CASE,
      case_known: '1',
      illness: '2026-01-02',
      of_person: WIFE,
    })
  })

  it('leaves open whether one exists that the record makes', async () => {
    const open = await (await loadReal(form)).open(built(false))
    const values = Object.fromEntries(questionsOf(open.root).map((one) => [one.name, one.value]))
    expect(values).toMatchObject({ case_id: CASE, case_known: '', illness: '' })
  })

  it('says each answer of the entity that it is about', async () => {
    const open = await (await loadReal(form)).open(built(true))
    const answers = answersOf(open.xml(), form.definition, dictionary)
    expect(answers[WIFE]).toMatchObject({ register: 'persons', units: { disease_note: '高血压' } })
    expect(answers[CASE]?.register).toBe('health_cases')
    expect(answers[CASE]?.units).toMatchObject({ person: WIFE })
    expect(Object.keys(answers[HOUSEHOLD]?.units ?? {})).toEqual(['phone'])
    const illness = questionsOf(open.root).find(({ name }) => name === 'illness')
    expect(illness && savedTo(illness, open, form.definition, dictionary)).toMatchObject({
      entity: CASE,
      property: 'diagnosed_on',
    })
  })
})
