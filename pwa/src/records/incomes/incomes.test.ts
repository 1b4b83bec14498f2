// @vitest-environment jsdom
/** An income account on the phone: its year, the rows it begins with, its sums, and what is signed. */
import { describe, expect, it } from 'vitest'
import { asked, draw, openTrial } from '../../../tests/open-form'
import { realForm } from '../../../tests/real-forms'
import type { DraftSession } from '@/forms/draft-session'
import type { Repeat } from '@/forms/form-node'
import { questionsOf } from '@/forms/form-node'
import { addExpectedRows } from './expected-rows'
import IncomeForm from './IncomeForm.vue'
import { twelveMonths, yearOver } from './period'
import { signedLines } from './reckoned'
import { sayYuan } from './say-yuan'

const form = realForm('income_account')

function repeatOf(session: DraftSession, name: string): Repeat {
  return session.form.root.children.find((child) => child.name === name) as Repeat
}

function addRow(session: DraftSession, name: string, answers: Record<string, string>) {
  const repeat = repeatOf(session, name)
  repeat.add()
  const card = repeat.cards.at(-1)
  for (const question of card ? questionsOf(card) : [])
    if (answers[question.name]) session.answer(question, answers[question.name] ?? '')
}

/** The worked example of the field lists. */
async function example(): Promise<DraftSession> {
  const session = await openTrial(form)
  const say = (name: string, value: string) => session.answer(asked(session, name), value)
  say('visit_result', 'met_person')
  say('period_start', '2025-10-01')
  say('period_end', '2026-09-30')
  say('family_size', '3')
  addRow(session, 'wage', { wage_months: '12', wage_monthly: '1500' })
  addRow(session, 'business', { business_qty: '2000', business_price: '2.36' })
  addRow(session, 'business', { business_qty: '2500', business_price: '2.10' })
  addRow(session, 'property', { property_kind: 'land_rent', property_amount: '1200' })
  addRow(session, 'transfer', { transfer_kind: 'pension', transfer_amount: '4800' })
  addRow(session, 'transfer', { transfer_kind: 'land_subsidy', transfer_amount: '480' })
  addRow(session, 'transfer', { transfer_kind: 'relief_once', transfer_amount: '2000' })
  addRow(session, 'expense', { expense_kind: 'seed', expense_amount: '3750' })
  addRow(session, 'rigid', { rigid_kind: 'medical', rigid_amount: '12345.67' })
  return session
}

describe('an income account', () => {
  it('comes to the fen while rows are added, and says so to whom signs', async () => {
    const session = await example()
    const page = draw(session, IncomeForm)
    const sum = page.find('[aria-label="怎么算出来的"]').text()
    for (const part of ['18,000', '9,970', '1,200', '5,280', '3,750', '30,700', '6,118.11'])
      expect(sum).toContain(part)
    expect(page.find('.large').text()).toContain('10,233.33 元')
    expect(signedLines(session).at(-1)).toBe('纯收入 30,700 元，3 人，人均 10,233.33 元')
    expect(signedLines(session)[0]).toContain('家 2025年10月1日至2026年9月30日的收入')
    addRow(session, 'property', { property_kind: 'pv', property_amount: '0.01' })
    expect(signedLines(session).at(-1)).toBe('纯收入 30,700.01 元，3 人，人均 10,233.34 元')
    page.unmount()
  })

  it('voids the signature when an amount is changed afterwards', async () => {
    const session = await example()
    session.answer(asked(session, 'sign_way'), 'self')
    session.answer(asked(session, 'signature_household'), 's.png')
    expect(asked(session, 'signature_household').value).toBe('s.png')
    session.answer(asked(session, 'wage_monthly'), '1600')
    expect(asked(session, 'signature_household').value).toBe('')
  })

  it('begins with the rows that are likely, of which only amounts are left to fill in', async () => {
    const session = await openTrial(form)
    session.answer(asked(session, 'visit_result'), 'met_person')
    addExpectedRows(session, {
      transfer: [{ transfer_kind: 'pension', transfer_person: 'p1' }, { transfer_kind: 'dibao' }],
      expense: [{ expense_kind: 'seed' }],
    })
    const missing = session.missing.map(({ reference }) => reference.split('/').pop() ?? '')
    expect(missing.filter((name) => name.startsWith('transfer_'))).toEqual([
      'transfer_amount',
      'transfer_amount',
    ])
    expect(missing).toContain('expense_amount')
    expect(missing).not.toContain('expense_kind')
  })
})

it.each([
  ['2026-11-22', '2025-10-01', '2026-09-30'],
  ['2026-10-01', '2025-10-01', '2026-09-30'],
  ['2026-09-30', '2024-10-01', '2025-09-30'],
])('on %s the year that is over is %s to %s', (today, period_start, period_end) => {
  expect(yearOver(today, '10-01')).toEqual({ period_start, period_end })
})

it.each([
  ['2026-11-22', '2025-11-01', '2026-10-31'],
  ['2026-01-05', '2025-01-01', '2025-12-31'],
  ['2028-03-01', '2027-03-01', '2028-02-29'],
])('on %s the twelve months before are %s to %s', (today, period_start, period_end) => {
  expect(twelveMonths(today)).toEqual({ period_start, period_end })
})

it.each([
  ['10233.33', '10,233.33'],
  ['30700', '30,700'],
  ['-0.5', '-0.50'],
  ['0', '0'],
  ['', ''],
])('says %s yuan as %s', (value, said) => {
  expect(sayYuan(value)).toBe(said)
})
