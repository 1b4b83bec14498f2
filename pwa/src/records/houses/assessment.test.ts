// @vitest-environment jsdom
/** A house assessed on the phone: what is known is not asked, and the engine grades as the domain says. */
import { beforeEach, describe, expect, it } from 'vitest'
import { cleanPhone, restart } from '../../../tests/phone'
import { dictionary, loadReal, realForm, trialForm } from '../../../tests/real-forms'
import { forms, outbox, registers } from '@/device'
import type { AreaRow, Draft } from '@/device'
import { copies } from '@/device/database'
import { derivedId } from '@/device/derived-id'
import { loadFetched, putFetched } from '@/device/meta'
import { replaceVillages } from '@/device/registers'
import { buildInstance } from '@/forms/build-instance'
import type { DraftSession } from '@/forms/draft-session'
import type { Group } from '@/forms/form-node'
import { questionsOf } from '@/forms/form-node'
import { answerAsLast, standsAsLast } from '@/forms/same-as-last'
import { finishRecord } from '@/visits/finish-record'
import { openRecord } from '@/visits/open-record'
import { houses } from '.'

const AREA = '370321110217'
const HOUSEHOLD = '11111111-1111-4111-8111-111111111111'
const HEAD = '22222222-2222-4222-8222-222222222222'
const ROSTER = '77777777-7777-4777-8777-777777777777'
const form = realForm('housing_assessment')
const MAIN = await derivedId('house', HOUSEHOLD, '1')
const PARTS = ['foundation', 'wall', 'wood_member', 'wood_truss', 'concrete', 'slab', 'roof']

function row(kind: string, id: string, units: Record<string, unknown>): AreaRow {
  const values = Object.entries(units).map(([unit, value]) => [unit, [value, [0]]])
  return {
    ...{ kind, id, area: AREA, number: 1, gone: false, heads: [ROSTER] },
    units: Object.fromEntries(values),
  } as AreaRow
}

const KNOWN_HOUSE = row('houses', MAIN, {
  household: HOUSEHOLD,
  occupied: 'yes',
  year_built: '1987',
  storeys: '1',
  area: '68',
  structure: 'zhuanmu',
  roof_structure: 'tuo',
  roof_form: 'double',
})

async function hold(...more: AreaRow[]) {
  const rows = [
    row('households', HOUSEHOLD, {
      head: HEAD,
      household_type: 'out_policy',
      house_year: '1985',
      house_structure: 'tumu',
      house_area: '60',
      house_grade: 'B',
    }),
    row('persons', HEAD, { person_name: '陈广田', household: HOUSEHOLD, relation: '02' }),
    ...more,
  ]
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
  await hold()
})

async function open(draft: Draft | undefined): Promise<DraftSession> {
  if (!draft) throw new Error('no draft')
  return openRecord(draft, form)
}

function answer(session: DraftSession, name: string, value: string): void {
  const question = questionsOf(session.form.root).find((one) => one.name === name)
  if (!question) throw new Error(`no question ${name}`)
  session.answer(question, value)
}

function said(session: DraftSession, name: string): string {
  return questionsOf(session.form.root).find((one) => one.name === name)?.value ?? ''
}

function met(session: DraftSession): void {
  session.derive('/data/g_met/visit_result', 'met_person')
  answer(session, 'met_who', HEAD)
}

describe('the main house', () => {
  it('is the same on every phone, and takes over what was registered of it', async () => {
    const session = await open(await houses.begin(HOUSEHOLD))
    expect(said(session, 'house_id')).toBe(MAIN)
    expect(said(session, 'house_known')).toBe('')
    expect(said(session, 'target_type')).toBe('registered')
    met(session)
    expect(['year_built', 'structure'].map((name) => said(session, name))).toEqual(['1985', 'tumu'])
    expect(Number(said(session, 'house_area'))).toBe(60)
  })

  it('that was assessed before is asked anew, with last time at hand', async () => {
    await hold(KNOWN_HOUSE)
    const session = await open(await houses.begin(HOUSEHOLD))
    expect(said(session, 'house_known')).toBe('1')
    met(session)
    expect(said(session, 'year_built')).toBe('')
    const year = session.question('/data/g_house/year_built')
    expect(year && session.lastTime(year)).toBe('1987')
  })

  it('of grade B is complete after eleven answers', async () => {
    await hold(KNOWN_HOUSE)
    const session = await open(await houses.begin(HOUSEHOLD))
    met(session)
    const house = session.form.root.children.find(({ name }) => name === 'g_house') as Group
    const given = answerAsLast(house, session)
    expect(standsAsLast(house, given, session)).toBe(true)
    answer(session, 'site_danger', 'safe')
    const asked = () => session.visibleMissing.map(({ name }) => name)
    expect(asked()).toEqual(['c_foundation', 'c_wall', 'c_wood_member', 'c_roof'])
    for (const name of asked()) answer(session, name, 'b')
    expect(said(session, 'grade')).toBe('B')
    expect(asked()).toEqual(['prevention', 'action'])
    answer(session, 'prevention', 'partial')
    answer(session, 'action', 'maintain')
    expect(asked()).toEqual([])
    expect(said(session, 'counts')).toBe('no')
    expect(await finishRecord(session)).toBe(true)
    expect(outbox.list.value.map(({ visited_on }) => visited_on)).toEqual([null])
  })
})

describe('another house', () => {
  it('has an id of its own and a name', async () => {
    await hold(KNOWN_HOUSE)
    const home = registers.household(HOUSEHOLD)
    expect(home && houses.actions(home).map(({ what }) => what)).toEqual([
      '住房安全评定',
      '另一座房',
    ])
    const session = await open(await houses.begin(HOUSEHOLD, 'another'))
    expect(said(session, 'house_id')).not.toBe(MAIN)
    met(session)
    expect(session.visibleMissing.map(({ name }) => name)).toContain('house_name')
  })
})

/** The form's own parts and sums, without the rest of it: forty thousand answers in a few seconds. */
function partsOnly() {
  const { questions, lists } = form.definition
  const sum = (name: string) =>
    (questions.find((one) => one.name === name)?.calculation ?? '').replace(
      /\/data\/(?:\w+\/)*(\w+)/g,
      '${$1}',
    )
  const choices = PARTS.flatMap((part) =>
    (lists[`grade_${part}`] ?? []).map(([code]) => `| | grade_${part} | ${code} | ${code} |`),
  )
  return trialForm(`
| survey |
| | type | name | label | calculation |
| | text | site_danger | 场地 | |
${PARTS.map((part) => `| | select_one grade_${part} | c_${part} | ${part} | |`).join('\n')}
| | calculate | parts | | ${sum('parts')} |
| | calculate | grade_calc | | ${sum('grade_calc')} |
| choices |
| | list_name | name | label |
${choices.join('\n')}
| settings |
| | form_title | form_id | version |
| | 各部分 | parts | 2026112201 |
`)
}

describe('a dangerous house', () => {
  it('is photographed before, under and after the works, in a record of its own', async () => {
    await hold({ ...KNOWN_HOUSE, derived: { state: 'dangerous' } })
    const home = registers.household(HOUSEHOLD)
    const photos = home && houses.actions(home).find(({ what }) => what === '拍改造照片')
    const session = await open(await houses.begin(HOUSEHOLD, photos?.subject))
    expect(said(session, 'house_id')).toBe(MAIN)
    expect(session.visibleMissing.map(({ name }) => name)).toEqual(['stage'])
    answer(session, 'stage', 'under')
    expect(session.visibleMissing).toEqual([])
    answer(session, 'stage', 'after')
    expect(session.visibleMissing.map(({ name }) => name)).toEqual(['moved_in'])
  })
})

describe('the grade', () => {
  it('follows the worst part in every combination', async () => {
    const small = partsOnly()
    const built = buildInstance({
      xform: small.xform,
      definition: small.definition,
      instanceId: crypto.randomUUID(),
      entities: {},
      preset: { '/data/site_danger': 'safe' },
      firstLoad: { now: new Date(), deviceId: '', userName: '' },
      takesOver: () => false,
    })
    const { root } = await (await loadReal(small)).open(built.xml)
    const all = new Map(questionsOf(root).map((one) => [one.name, one]))
    const codes = PARTS.map((part) =>
      (form.definition.lists[`grade_${part}`] ?? []).map(([code]) => code),
    )
    const now = PARTS.map(() => '')
    let checked = 0
    const visit = (index: number): void => {
      if (index === PARTS.length) {
        const worst =
          now
            .filter((code) => code !== 'n')
            .sort()
            .at(-1) ?? ''
        if (all.get('grade_calc')?.value !== worst.toUpperCase()) throw new Error(now.join(''))
        checked += 1
        return
      }
      const turn = codes[index] ?? []
      // Back and forth, so that from one combination to the next one answer changes.
      for (const code of now[index] === turn.at(-1) ? [...turn].reverse() : turn) {
        if (now[index] !== code) {
          now[index] = code
          all.get(`c_${PARTS[index] ?? ''}`)?.write(code)
        }
        visit(index + 1)
      }
    }
    visit(0)
    expect(checked).toBe(4 ** 3 * 5 ** 4)
  }, 120_000)

  it('is D at once where the site is dangerous', async () => {
    const session = await open(await houses.begin(HOUSEHOLD))
    met(session)
    answer(session, 'site_danger', 'danger')
    expect(said(session, 'grade')).toBe('D')
    expect(session.visibleMissing.some(({ name }) => name.startsWith('c_'))).toBe(false)
  })
})
