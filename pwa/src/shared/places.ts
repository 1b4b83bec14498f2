/** Where things are opened. */
import type { Draft, ReviewRow } from '@/device'

export function placeOfHousehold(id: string): string {
  return `/households/${id}`
}

/** The page on which a draft goes on. */
export function placeOfDraft(draft: Draft): string {
  return `/records/${draft.id}`
}

/** The same, at the members of the household; `person`: at the card of one of them. */
export function placeOfMembers(draft: Draft, person = ''): string {
  return `${placeOfDraft(draft)}?member=${person}`
}

/** Where what the office returned is corrected. */
export function placeOfReturned(review: ReviewRow): string {
  return `/corrections/${review.id}`
}
