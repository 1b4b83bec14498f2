import { describe, expect, it } from 'vitest'
import { unchangedAnswer } from '@/forms/unchanged'
import type { VisitFacts } from './account'
import { accountOf } from './account'
import { whatFollows } from './met-who'

function facts(part: Partial<VisitFacts> = {}): VisitFacts {
  return {
    seed: 'a',
    day: '10月16日',
    head: '陈广田',
    met: '其妻赵桂兰',
    companions: '',
    result: 'met_family',
    absentReason: '',
    allWell: true,
    troubles: [],
    troubleNote: '',
    income: 'flat',
    incomeReasons: [],
    expense: '',
    changes: [],
    notes: [],
    problems: [],
    needs: [],
    solved: [],
    unsolved: [],
    risk: '',
    policies: [],
    promise: '',
    ...part,
  }
}

describe('the account of a visit', () => {
  it('says who was met, what was found and what was promised', () => {
    const text = accountOf(
      facts({
        income: 'down',
        incomeReasons: ['有人生病'],
        problems: ['补贴未到账，低保 9 月的没到账。'],
        promise: '问清药费怎么报',
      }),
    )
    for (const said of ['10月16日', '赵桂兰', '有人生病', '低保 9 月的没到账', '问清药费怎么报'])
      expect(text).toContain(said)
    expect(text).not.toMatch(/。。|，。|：。|undefined|false/)
  })

  it('reads the same when the same record is opened again', () => {
    expect(accountOf(facts({ seed: 'x' }))).toBe(accountOf(facts({ seed: 'x' })))
  })

  it('differs between uneventful visits, even to one family in one month', () => {
    const seeds = Array.from({ length: 12 }, (_, index) => `record-${index}`)
    expect(new Set(seeds.map((seed) => accountOf(facts({ seed })))).size).toBeGreaterThan(5)
  })

  it('of a household where nobody was, says only that', () => {
    expect(accountOf(facts({ result: 'absent', absentReason: '下地' }))).toBe(
      '10月16日到陈广田家，没在家（下地）。',
    )
  })
})

describe('one tap', () => {
  const members = [
    { id: 'h', name: '陈广田', relationCode: '02' },
    { id: 'w', name: '赵桂兰', relationCode: '12' },
  ]

  it('on a member answers result, name and relation', () => {
    expect(whatFollows('h', 'h', members).visit_result).toBe('met_person')
    expect(whatFollows('w', 'h', members)).toEqual({
      visit_result: 'met_family',
      informant_name: '赵桂兰',
      informant_relation: '12',
    })
    expect(whatFollows('refused', 'h', members).visit_result).toBe('refused')
  })

  it('on 均无变化 repeats a state, also a bad one, but never a change', () => {
    const asked = (name: string, choices: string[], lastTime?: string) =>
      unchangedAnswer({
        question: { name, path: '', type: 'select_one', label: '' },
        choices,
        lastTime,
      })
    expect(asked('housing_ok', ['ok', 'dangerous'], 'dangerous')).toBe('dangerous')
    expect(asked('food_ok', ['yes', 'no'])).toBe('yes')
    expect(asked('income_change', ['up', 'flat', 'down'], 'down')).toBe('flat')
    expect(asked('member_changed', ['no', 'yes'], 'yes')).toBe('no')
  })
})
