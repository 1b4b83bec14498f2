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

export function headOf(household: string | null): string {
  const known = household ? registers.household(household) : undefined
  return text(known, HEAD) || (household ? (registers.members(household)[0]?.id ?? '') : '')
}

/** Colleagues whom this phone has seen recording here, but for oneself. */
export function colleaguesOf(draft: Draft): string[] {
  const me = session.value?.person.name
  const names = registers
    .reviews()
    .filter(({ area }) => area === draft.area)
    .map(({ recorder }) => recorder.name)
  return [...new Set(names)].filter((name) => name && name !== me).slice(0, 8)
}
