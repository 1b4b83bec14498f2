/** The income account of a year. */
import { policy, registers } from '@/device'
import type { Entity } from '@/device'
import { today } from '@/shared/dates'
import { beginAbout } from '../begin'
import type { Fact, RecordKind } from '../kind'
import { yearOver } from './period'
import { signedLines } from './reckoned'
import { sayYuan } from './say-yuan'

const FORM = 'income_account'
const TITLE = '收入核算'

export const incomes: RecordKind = {
  formId: FORM,
  title: TITLE,
  page: async () => (await import('./IncomeForm.vue')).default,
  begin: (household) => beginAbout(FORM, household, TITLE, { preset: preset() }),
  actions: (household) => [
    { id: 'account', icon: 'paper', what: TITLE, says: lastWords(household) },
  ],
  memberActions: () => [],
  facts: (household) => missing(household),
  tasks: ['income_missing'],
  signed: signedLines,
}

function preset(): Record<string, string> {
  return { ...yearOver(today(), String(policy('income.period_start') ?? '10-01')) }
}

/** The year that counts; how much it came to only where this phone may know. */
function lastWords({ derived }: Entity): string {
  if (!derived.income_year) return ''
  const amount = sayYuan(String(derived.per_capita ?? ''))
  return `${String(derived.income_year)} 年度${amount && `，人均 ${amount} 元`}`
}

function missing(household: Entity): Fact[] {
  return registers
    .tasksOf(household.id)
    .filter(({ task }) => task === 'income_missing')
    .map(({ title }) => ({
      kind: 'warn' as const,
      icon: 'todo',
      what: TITLE,
      says: title.replace(/^[^：]*：/, ''),
    }))
}
