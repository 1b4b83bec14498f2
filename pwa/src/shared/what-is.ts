/** What a record is called in a list. Pure. */
import type { ReviewRow } from '@/device'
import { word, words } from './words'

/** What records of the forms that we ship are called for short. */
const SHORT: Record<string, string> = {
  ...words.form,
  household_register: '登记信息',
  visit: words.thing.visit,
}

export function whatIs({ form_id, summary }: Pick<ReviewRow, 'form_id' | 'summary'>): string {
  if (summary.visit_result === 'absent') return word('visit_result', 'absent')
  if (summary.visit_type) return word('visit_type', summary.visit_type)
  return SHORT[form_id] ?? '记录'
}
