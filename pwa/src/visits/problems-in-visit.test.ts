// @vitest-environment jsdom
/** Open problems are questions of the next visit; what it says of them is what the register hears. */
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import { cleanPhone, restart } from '../../tests/phone'
import { dictionary, loadReal, realForm, trialForm } from '../../tests/real-forms'
import { forms } from '@/device'
import { copies } from '@/device/database'
import { loadFetched, putFetched } from '@/device/meta'
import { replaceVillages } from '@/device/registers'
import type { FormVersion } from '@/device/records'
import { answersOf } from '@/forms/entity-answers'
import type { Repeat } from '@/forms/form-node'
import { questionsOf } from '@/forms/form-node'
import { openProblems } from '@/records/problems/open-problems'
import { accountOf } from './account'
import { openRecord } from './open-record'
import { newVisit } from './start-record'
import { factsOf } from './visit-facts'

const AREA = '370321110217'
const HOUSEHOLD = '11111111-1111-4111-8111-111111111111'
const LEAK = '55555555-5555-4555-8555-555555555555'
const PAID = '66666666-6666-4666-8666-666666666666'
const HEAD = '77777777-7777-4777-8777-777777777777'
const visit = realForm('visit')

function row(kind: string, id: string, units: Record<string, unknown>, derived = {}) {
  const values = Object.fromEntries(
    Object.entries(units).map(([unit, value]) => [unit, [value, [0]]]),
  )
  return { kind, id, area: AREA, number: 1, gone: false, heads: [HEAD], units: values, derived }
}

const problem = (id: string, description: string, state: string) =>
  row(
    'problems',
    id,
    {
      household: HOUSEHOLD,
      what: { entry_kind: 'problem', problem_type: 'house_leak', need_type: '' },
      description,
      found_on: '2026-11-02',
    },
    { state, level: 'village', deadline: '2026-11-09' },
  )

async function knows(version: FormVersion, ...rows: ReturnType<typeof row>[]) {
  await loadReal(version)
  await cleanPhone()
  await restart()
  await forms.put([version])
  await putFetched({ dictionary })
  await loadFetched()
  const village = { area: AREA, epoch: 'e', sha256: 'x', rows }
  await copies().villages.put(village as never)
  replaceVillages([village as never])
}

async function open(version: FormVersion) {
  const draft = await newVisit(HOUSEHOLD)
  if (!draft) throw new Error('no draft')
  const session = await openRecord(draft, version)
  const repeat = session.form.root.children.find(({ name }) => name === 'problems') as Repeat
  const ask = (name: string, card = 0) => {
    const found = questionsOf(repeat.cards[card] ?? session.form.root).find(
      (question) => question.name === name,
    )
    if (!found) throw new Error(`No question ${name}`)
    return found
  }
  const say = (name: string, value: string) => {
    const found = questionsOf(session.form.root).find((question) => question.name === name)
    found?.write(value)
  }
  return { session, repeat, ask, say }
}

describe('problems in a visit', () => {
  beforeEach(() =>
    knows(
      visit,
      row('households', HOUSEHOLD, {}),
      problem(LEAK, '西屋漏雨', 'late'),
      problem(PAID, '低保没到账', 'solved'),
    ),
  )

  it('asks of each open one whether it is solved, and nothing else', async () => {
    expect(openProblems(HOUSEHOLD).map(({ id }) => id)).toEqual([LEAK])
    const { session, repeat, ask, say } = await open(visit)
    say('visit_result', 'met_person')
    expect(repeat.cards).toHaveLength(1)
    expect(
      questionsOf(repeat.cards[0] as never)
        .filter(({ relevant, required }) => relevant && required)
        .map(({ name }) => name),
    ).toEqual(['problem_result'])
    ask('problem_result').write('solved')
    const said = answersOf(session.form.xml(), visit.definition, dictionary)[LEAK]
    expect(said?.units.result).toMatchObject({ result: 'solved' })
    expect(said?.units.what).toEqual({ entry_kind: '', problem_type: '', need_type: '' })
    expect(accountOf(factsOf(session))).toContain('“西屋漏雨”已经解决。')
  })

  it('records a new problem and a need under ids of their own', async () => {
    const { session, repeat, ask, say } = await open(visit)
    say('visit_result', 'met_person')
    repeat.add()
    ask('problem_type', 1).write('water')
    ask('problem_desc', 1).write('水压不够')
    repeat.add()
    ask('entry_kind', 2).write('need')
    ask('need_type', 2).write('health')
    ask('problem_desc', 2).write('想办慢特病证')
    const facts = factsOf(session)
    expect([facts.problems, facts.needs]).toEqual([['断水水质，水压不够'], ['想办慢特病证']])
    const said = answersOf(session.form.xml(), visit.definition, dictionary)
    const told = Object.values(said).filter(({ register }) => register === 'problems')
    expect(told).toHaveLength(3)
    expect(told[1]?.units).toMatchObject({ household: HOUSEHOLD, description: '水压不够' })
  })

  it('opens one clue where somebody fears or doubts, under the same id on every phone', async () => {
    const clues = []
    for (const doubt of ['unsure', 'yes', 'no']) {
      const { session, say } = await open(visit)
      say('visit_result', 'met_person')
      say('risk_clue', doubt)
      const said = answersOf(session.form.xml(), visit.definition, dictionary)
      clues.push(Object.entries(said).find(([, { register }]) => register === 'cases')?.[0])
    }
    expect(clues[0]).toMatch(/^[0-9a-f-]{36}$/)
    expect(clues).toEqual([clues[0], clues[0], undefined])
  })
})

describe('a visit begun with the earlier version', () => {
  const source = resolve(__dirname, '../../../tests/forms/earlier/visit_2026112201.md')
  const earlier = trialForm(readFileSync(source, 'utf8'))

  beforeEach(() => knows(earlier, row('households', HOUSEHOLD, {})))

  it('still opens and says what was told', async () => {
    const { session, repeat, ask, say } = await open(earlier)
    say('visit_result', 'met_person')
    repeat.add()
    ask('problem_type').write('water')
    ask('problem_desc').write('水压不够')
    const needs = session.form.root.children.find(({ name }) => name === 'needs') as Repeat
    needs.add()
    say('need_desc', '想办慢特病证')
    const facts = factsOf(session)
    expect([facts.problems, facts.needs]).toEqual([['断水水质，水压不够'], ['想办慢特病证']])
  })
})
