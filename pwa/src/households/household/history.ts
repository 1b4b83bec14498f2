/** The history of a household: what waits here, what is on its way, what the server has. Pure. */
import type { OutboxItem, ReviewRow, SentItem } from '@/device'
import { placeOfReturned } from '@/shared/places'
import { whatIs } from '@/shared/what-is'
import { word, words } from '@/shared/words'

export interface Entry {
  id: string
  on: string
  what: string
  parts: string[]
  state: { kind: 'ok' | 'up' | 'warn' | 'bad' | 'plain'; icon: string; text: string }
  to?: string
}

const STATES: Record<ReviewRow['state'], Pick<Entry['state'], 'kind' | 'icon'>> = {
  received: { kind: 'plain', icon: 'clock' },
  edited: { kind: 'plain', icon: 'clock' },
  approved: { kind: 'ok', icon: 'done' },
  hasIssues: { kind: 'warn', icon: 'ret' },
  rejected: { kind: 'bad', icon: 'x' },
}

export function historyOf(
  unsent: readonly (OutboxItem | SentItem)[],
  reviews: readonly ReviewRow[],
  { household, me }: { household: string; me: string },
): Entry[] {
  const known = new Set(reviews.map(({ id }) => id))
  const own = unsent
    .filter((item) => item.household === household && !known.has(item.instance_id))
    .map((item) => fromHere(item, me))
  return [...own, ...reviews.map((review) => fromServer(review, me))].sort((one, other) =>
    other.on.localeCompare(one.on),
  )
}

function fromHere(item: OutboxItem | SentItem, me: string): Entry {
  const waits = !('sent_at' in item)
  return {
    id: item.instance_id,
    on: item.visited_on ?? item.recorded_at.slice(0, 10),
    what: item.label,
    parts: [me, ...(item.deprecated_id ? ['改过的'] : [])],
    state: waits
      ? { kind: 'up', icon: 'send', text: words.item.waiting }
      : { kind: 'ok', icon: 'done', text: words.item.sent },
  }
}

function fromServer(review: ReviewRow, me: string): Entry {
  const { summary, recorder } = review
  const mine = recorder.name === me
  const state = STATES[review.state]
  const text = review.superseded_by ? words.review.superseded : word('review', review.state)
  return {
    id: review.id,
    on: review.event_date ?? '',
    what: whatIs(review),
    parts: [[recorder.name, summary.together].filter(Boolean).join('、'), summary.line ?? ''],
    state: review.superseded_by ? { kind: 'plain', icon: 'na', text } : { ...state, text },
    ...(mine && review.state === 'hasIssues' && !review.superseded_by
      ? { to: placeOfReturned(review) }
      : {}),
  }
}
