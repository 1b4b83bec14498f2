/** The check before a household leaves. */
import { beginAbout } from '../begin'
import type { RecordKind } from '../kind'

export const exit: RecordKind = {
  formId: 'exit_check',
  title: '退出核查',
  begin: (household, subject) => beginAbout('exit_check', household, '退出核查', { subject }),
  actions: () => [],
  memberActions: () => [],
  facts: () => [],
}
