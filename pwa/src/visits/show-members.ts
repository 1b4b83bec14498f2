/** Led to a form from the family or from one of its members: the list of members stands open, and his card. */
import type { DraftSession } from '@/forms/draft-session'
import { questionsOf, type RepeatCard } from '@/forms/form-node'

const MEMBERS = '/data/members'

/** `person`: blank for the list alone. */
export function showMembers(session: DraftSession, person: string): void {
  const members = session.form.root.children.find(({ path }) => path === MEMBERS)
  if (members?.node !== 'repeat') return
  session.setOpen(members.path, true)
  const card = members.cards.findIndex((one) => isOf(one, person))
  if (card >= 0) session.page[`card:${members.reference}`] = card
}

function isOf(card: RepeatCard, person: string): boolean {
  return questionsOf(card).some(({ name, value }) => name === 'person_id' && value === person)
}

export function bringMembersIntoView(): void {
  const section = document.querySelector(`[data-section="${MEMBERS}"]`)
  const card = section?.querySelector('[aria-expanded=true]')
  ;(card ?? section?.querySelector('summary'))?.scrollIntoView({ block: 'start' })
}
