/** Problems and needs: recorded within a visit, so that nothing of their own is begun. */
import type { RecordKind } from '../kind'

export const problems: RecordKind = {
  formId: null,
  title: '问题诉求',
  begin: () => Promise.resolve(undefined),
  actions: () => [],
  memberActions: () => [],
  facts: () => [],
}
