/** Everything a record's page needs, fetched while nobody waits for it. */
import { prefetchForm, whenIdle } from '@/forms/load-form'

export function prefetchRecord(formId: string): void {
  prefetchForm(formId)
  whenIdle(() => void import('./RecordPage.vue'))
}
