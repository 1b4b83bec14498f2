/** Which drafts ask only what was added to their form. */
import type { Draft } from '@/device'

/** The paths of the questions that alone a draft asks; null: all of its form. */
export function asksOnly(draft: Pick<Draft, 'page'>): readonly string[] | null {
  return Array.isArray(draft.page.asks) ? (draft.page.asks as string[]) : null
}

/** Whether a draft is one of a form's own records, not of what was added to it only. */
export function isWhole(draft: Pick<Draft, 'page'>): boolean {
  return asksOnly(draft) === null
}
