/** What became of a record, in plain words. Pure. */
import type { OutboxItem, ReviewRow, SentItem, Upload } from '@/device'
import { words } from '@/shared/words'

export interface Fate {
  kind: 'ok' | 'up' | 'warn' | 'bad' | 'plain'
  icon: string
  text: string
  /** A second line: the reason, where there is one. */
  why: string | null
}

/** Of something that only this phone has. */
export function fateOfWaiting(item: OutboxItem, sendingNow: boolean): Fate {
  if (sendingNow) return { kind: 'up', icon: 'send', text: words.item.sending, why: null }
  if (item.problem !== null) {
    return { kind: 'warn', icon: 'late', text: words.item.retry, why: item.problem }
  }
  return { kind: 'plain', icon: 'send', text: words.item.waiting, why: null }
}

/** Of something that the server has, as far as this phone knows. */
export function fateOfSent(item: SentItem, review: ReviewRow | undefined, files: Upload[]): Fate {
  const lost = files.find((file) => file.problem !== null)
  if (lost) return { kind: 'warn', icon: 'late', text: '有照片没传上', why: lost.problem }
  if (files.length > 0) {
    return { kind: 'up', icon: 'send', text: words.item.photos_waiting, why: words.item.photos }
  }
  if (item.outcome === 'quarantined' && review === undefined) {
    return { kind: 'warn', icon: 'clock', text: words.item.quarantined, why: item.detail }
  }
  if (item.outcome === 'mismatch') {
    return { kind: 'warn', icon: 'split', text: words.item.stored, why: words.item.mismatch }
  }
  return review
    ? fateOfReviewed(review)
    : { kind: 'ok', icon: 'done', text: words.item.stored, why: null }
}

function fateOfReviewed(review: ReviewRow): Fate {
  if (review.superseded_by !== null) {
    return { kind: 'plain', icon: 'done', text: words.review.superseded, why: null }
  }
  const why = review.remarks.map((remark) => `${remark.by}：${remark.text}`).join('\n') || null
  switch (review.state) {
    case 'hasIssues':
      return { kind: 'warn', icon: 'ret', text: words.review.hasIssues, why }
    case 'rejected':
      return { kind: 'bad', icon: 'x', text: words.review.rejected, why }
    case 'approved':
      return { kind: 'ok', icon: 'done', text: words.review.approved, why }
    default:
      return { kind: 'plain', icon: 'clock', text: words.review[review.state], why }
  }
}
