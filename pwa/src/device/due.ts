/** Which visits are due, which came back, what is under way: what the first page shows. */
import { computed } from 'vue'
import { drafts } from './drafts'
import { wholeOf } from './held'
import { outbox } from './outbox'
import { fromRow, type Entity } from './overlay'
import { HOUSEHOLD_NO } from './properties'
import { registers } from './registers'
import type { EntityRow, ReviewRow } from './rows'
import { session } from './session'

export interface Due {
  /** The household's id. */
  id: string
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
        item.visited_on !== null && item.household !== null ? wholeOf(item.household) : [],
      ),
    ),
)

/** The due visit of a household, unless one was just made. */
export function dueOf(household: Entity): Due | null {
  const { next_due_on, due_kind } = household.derived
  if (typeof next_due_on !== 'string' || crossedOff.value.has(household.id)) return null
  return {
    id: household.id,
    household,
    on: next_due_on,
    kind: typeof due_kind === 'string' ? due_kind : '',
  }
}

/** A due visit out of a row; the household is put together only when it is looked at. */
class DueOfRow implements Due {
  readonly id: string
  readonly order: string

  constructor(
    private readonly row: EntityRow,
    readonly on: string,
    readonly kind: string,
  ) {
    this.id = row.id
    this.order = `${on} ${String(row.units[HOUSEHOLD_NO]?.[0] ?? '')}`
  }

  get household(): Entity {
    return registers.household(this.row.id) ?? fromRow(this.row)
  }
}

/** All due visits, the most urgent first. */
export const dueVisits = computed<Due[]>(() => {
  const due: DueOfRow[] = []
  for (const row of registers.householdRows()) {
    const { next_due_on, due_kind } = row.derived ?? {}
    if (typeof next_due_on !== 'string' || crossedOff.value.has(row.id)) continue
    due.push(new DueOfRow(row, next_due_on, typeof due_kind === 'string' ? due_kind : ''))
  }
  return due.sort((one, other) => (one.order < other.order ? -1 : 1))
})

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
