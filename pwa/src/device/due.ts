/** Which visits are due, which came back, what is under way: what the first page shows. */
import { computed } from 'vue'
import { drafts } from './drafts'
import { outbox } from './outbox'
import type { Entity } from './overlay'
import { registers } from './registers'
import type { ReviewRow } from './rows'
import { session } from './session'

export interface Due {
  household: Entity
  /** YYYY-MM-DD */
  on: string
  kind: string
}

/** Households that a visit recorded here, and not yet counted by the server, has crossed off. */
const crossedOff = computed(
  () =>
    new Set(
      [...outbox.list.value, ...outbox.onTheWay.value].flatMap((item) =>
        item.visited_on !== null && item.household !== null ? item.household : [],
      ),
    ),
)

/** The due visit of a household, unless one was just made. */
export function dueOf(household: Entity): Due | null {
  const { next_due_on, due_kind } = household.derived
  if (typeof next_due_on !== 'string' || crossedOff.value.has(household.id)) return null
  return { household, on: next_due_on, kind: typeof due_kind === 'string' ? due_kind : '' }
}

/** All due visits, the most urgent first. */
export const dueVisits = computed<Due[]>(() =>
  registers
    .households()
    .flatMap((household) => dueOf(household) ?? [])
    .sort((one, other) => one.on.localeCompare(other.on)),
)

/** What the office returned to this person and nobody has corrected yet. */
export const returned = computed<ReviewRow[]>(() => {
  const me = session.value?.person.id
  const corrected = new Set(
    [...outbox.list.value, ...outbox.onTheWay.value].map((item) => item.deprecated_id),
  )
  return registers
    .reviews()
    .filter(
      (review) =>
        review.state === 'hasIssues' &&
        review.recorder.id === me &&
        review.superseded_by === null &&
        !corrected.has(review.id),
    )
    .sort((one, other) => (other.event_date ?? '').localeCompare(one.event_date ?? ''))
})

/** The draft that corrects a returned submission, if one was begun. */
export function correctionOf(review: ReviewRow) {
  return drafts.list.value.find((draft) => draft.deprecated_id === review.id)
}
