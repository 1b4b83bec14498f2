/** Members whom this phone reported to have left (去世, 迁出 …): they stay on the list until the office has approved it. */
import { registers, type Submission } from '@/device'
import { MEMBER_STATUS, REMOVED } from '@/device/properties'

/** Person -> why he left, as a code. `records`: what this phone recorded of the household, the oldest first. */
export function reportedGone(records: readonly Submission[]): Map<string, string> {
  const gone = new Map<string, string>()
  for (const { instance_id, answers } of records) {
    if (isDecided(instance_id)) continue
    for (const [person, { units }] of Object.entries(answers)) {
      const status = units[MEMBER_STATUS]
      if (typeof status !== 'object') continue
      if (status[MEMBER_STATUS] === REMOVED) gone.set(person, status.change_reason ?? '')
      else gone.delete(person)
    }
  }
  return gone
}

function isDecided(record: string): boolean {
  const review = registers.review(record)
  if (!review) return false
  return review.superseded_by !== null || ['approved', 'rejected'].includes(review.state)
}
