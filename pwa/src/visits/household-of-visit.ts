/** The household that a record is about, as its page needs it. */
import { fetched, registers, session, text } from '@/device'
import type { Draft } from '@/device'
import { labelOf } from '@/device/dictionary'
import { HEAD, PERSON_NAME, PERSONS, RELATION } from '@/device/properties'
import type { MemberChoice } from '@/forms/answering'

export interface KnownMember extends MemberChoice {
  relationCode: string
}

/** The members of a household, its head first. */
export function membersOf(household: string | null): KnownMember[] {
  if (!household) return []
  return registers.members(household).map((member) => {
    const relationCode = text(member, RELATION)
    return {
      id: member.id,
      name: text(member, PERSON_NAME),
      relationCode,
      relation: labelOf(fetched.value.dictionary, PERSONS, RELATION, relationCode),
    }
  })
}

/** The members as a draft knows them: those of today, or, if the household left this phone, those of its beginning. */
export function membersOfDraft(draft: Draft): KnownMember[] {
  const now = membersOf(draft.household)
  if (now.length > 0) return now
  return Array.isArray(draft.page.members) ? (draft.page.members as KnownMember[]) : []
}

/** The same for who is the head. */
export function headOfDraft(draft: Draft): string {
  return headOf(draft.household) || String(draft.page.head ?? '')
}

export function headOf(household: string | null): string {
  const known = household ? registers.household(household) : undefined
  return text(known, HEAD) || (household ? (registers.members(household)[0]?.id ?? '') : '')
}

/** So many can be looked at in a glance; others are written. */
const MOST_COLLEAGUES = 12

/** Whom a companion is picked from: who recorded here before, then who else visits this village or all of its town. */
export function colleaguesOf(draft: Draft): string[] {
  const me = session.value?.person.name
  const town = session.value?.areas.find(({ code }) => code === draft.area)?.parent
  const seen = registers
    .reviews()
    .filter(({ area }) => area === draft.area)
    .map(({ recorder }) => recorder.name)
  const team = (session.value?.team ?? [])
    .filter(({ area }) => area === draft.area || area === town)
    .map(({ name }) => name)
  const inTeam = new Set(team)
  // Who recorded here but left the team since does not come along any more.
  const before = session.value?.team ? seen.filter((name) => inTeam.has(name)) : seen
  return [...new Set([...before, ...team])]
    .filter((name) => name && name !== me)
    .slice(0, MOST_COLLEAGUES)
}
