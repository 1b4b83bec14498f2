/** The monitoring case, step by step. */
import { beginAbout } from '../begin'
import type { RecordKind } from '../kind'

export const cases: RecordKind = {
  formId: 'monitoring',
  title: '监测帮扶',
  begin: (household, subject) => beginAbout('monitoring', household, '监测帮扶', { subject }),
  actions: () => [],
  memberActions: () => [],
  facts: () => [],
}
