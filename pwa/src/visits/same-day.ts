/** Whether somebody has recorded this visit already: one record counts for all who came (repairs 14). */
import { outbox, registers, session } from '@/device'
import type { Draft } from '@/device'

export interface SameDay {
  /** Who recorded it; '' for oneself. */
  by: string
  /** Whether that record names this person as having come along. */
  countsForMe: boolean
}

/** A visit of the same household and day that stands already; a door that stayed shut is none. */
export function sameDayVisit(draft: Draft, day: string): SameDay | null {
  if (draft.household === null || draft.deprecated_id !== null || day === '') return null
  const household = registers.wholeOf(draft.household)
  const me = session.value?.person
  const own = [...outbox.list.value, ...outbox.onTheWay.value].some(
    (item) =>
      item.instance_id !== draft.id &&
      item.visited_on === day &&
      registers.wholeOf(item.household ?? '') === household,
  )
  if (own) return { by: '', countsForMe: true }
  const other = registers
    .reviewsOf(household)
    .find(
      ({ id, form_id, event_date, state, summary, superseded_by }) =>
        id !== draft.id &&
        form_id === 'visit' &&
        event_date === day &&
        state !== 'rejected' &&
        summary.visit_result !== 'absent' &&
        superseded_by === null,
    )
  if (!other) return null
  const together = (other.summary.together ?? '').split('、')
  return {
    by: other.recorder.id === me?.id ? '' : other.recorder.name,
    countsForMe: other.recorder.id === me?.id || together.includes(me?.name ?? ''),
  }
}
