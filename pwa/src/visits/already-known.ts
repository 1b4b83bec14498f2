/** Households and persons that look like ones registered already. Never decides, never blocks. */
import { registers, text } from '@/device'
import type { Draft, Entity } from '@/device'
import {
  ADDRESS,
  BIRTH_DATE,
  HOUSEHOLD,
  HOUSEHOLDS,
  ID_NUMBER,
  PERSON_NAME,
} from '@/device/properties'
import type { OpenForm, RepeatCard } from '@/forms/form-node'
import { questionsOf } from '@/forms/form-node'

export interface Likely {
  household: string
  /** Who is alike. */
  name: string
  why: string
}

interface NewPerson {
  id: string
  name: string
  last4: string
  birthDate: string
}

/** Those whom this form registers for the first time. */
function newPersons(form: OpenForm, draft: Draft): NewPerson[] {
  const members = form.root.children.find(({ path }) => path === '/data/members')
  if (members?.node !== 'repeat') return []
  return members.cards.flatMap((card: RepeatCard) => {
    const value = (name: string) => questionsOf(card).find((one) => one.name === name)?.value ?? ''
    const person = {
      id: value('person_id'),
      name: value('name').trim(),
      last4: value('id_number').slice(-4).toUpperCase(),
      birthDate: value('birth_date'),
    }
    return person.name === '' || draft.shown[person.id] ? [] : person
  })
}

function last4Of(person: Entity): string {
  return (person.masked[ID_NUMBER] ?? text(person, ID_NUMBER).slice(-4)).toUpperCase()
}

function alike(person: NewPerson, other: Entity, address: string): string {
  if (person.last4 !== '' && person.last4 === last4Of(other)) return '姓名和证件号后四位一样'
  if (person.birthDate !== '' && person.birthDate === text(other, BIRTH_DATE)) {
    return '姓名和出生日期一样'
  }
  const home = registers.household(text(other, HOUSEHOLD))
  return address !== '' && home && text(home, ADDRESS).trim() === address ? '姓名和住处一样' : ''
}

/** What the phone holds that looks like what this form registers: one line a household. */
export function alreadyKnown(form: OpenForm, draft: Draft): Likely[] {
  const own = registers.wholeOf(draft.household ?? '')
  const isNew = draft.shown[draft.household ?? ''] === undefined
  const address = isNew
    ? (questionsOf(form.root)
        .find(({ name }) => name === ADDRESS)
        ?.value.trim() ?? '')
    : ''
  const found = new Map<string, Likely>()
  for (const person of newPersons(form, draft)) {
    for (const other of registers.named(person.name)) {
      const household = registers.wholeOf(text(other, HOUSEHOLD))
      const why = alike(person, other, address)
      if (why === '' || household === own || other.id === person.id || found.has(household)) {
        continue
      }
      if (registers.household(household)?.register === HOUSEHOLDS) {
        found.set(household, { household, name: text(other, PERSON_NAME), why })
      }
    }
  }
  return [...found.values()]
}
