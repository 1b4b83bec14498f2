/** Picking whom one met answers result, name and relation in one tap. Pure. */

export const OTHERS = [
  ['other', '其他人'],
  ['phone', '电话联系'],
  ['absent', '没在家'],
  ['refused', '不愿受访'],
] as const

export interface Met {
  visit_result: string
  informant_name: string
  informant_relation: string
}

const RESULTS: Record<string, string> = {
  other: 'met_family',
  phone: 'phone',
  absent: 'absent',
  refused: 'refused',
}

/** What follows from who was met.
 *
 * who: a member's id or one of `OTHERS`.
 * members: with the code of their relation to the head.
 */
export function whatFollows(
  who: string,
  head: string,
  members: readonly { id: string; name: string; relationCode: string }[],
): Met {
  const member = members.find(({ id }) => id === who)
  if (!member) {
    return { visit_result: RESULTS[who] ?? '', informant_name: '', informant_relation: '' }
  }
  return {
    visit_result: who === head ? 'met_person' : 'met_family',
    informant_name: member.name,
    informant_relation: member.relationCode,
  }
}
