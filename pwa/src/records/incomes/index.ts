/** The income account of a year. */
import { beginAbout } from '../begin'
import type { RecordKind } from '../kind'

export const incomes: RecordKind = {
  formId: 'income_account',
  title: '收入核算',
  begin: (household, subject) => beginAbout('income_account', household, '收入核算', { subject }),
  actions: () => [],
  memberActions: () => [],
  facts: () => [],
}
