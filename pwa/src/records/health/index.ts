/** The eight ones of somebody who is ill: begun from the person, done one at a time. */
import { registers, text, valuesOf } from '@/device'
import type { Entity } from '@/device'
import { derivedId } from '@/device/derived-id'
import { BIRTH_DATE, PERSONS, PERSON_NAME } from '@/device/properties'
import { sayDay, today } from '@/shared/dates'
import { word } from '@/shared/words'
import { beginAbout } from '../begin'
import type { Action, Fact, RecordKind } from '../kind'
import { illnessOf, progressOf, sayProgress } from './eight'
import { CASES, caseOf, dueOn, isConcerned, orgsHere, statusesOf } from './person'
import { signedLines } from './signed'

const FORM = 'health_eight'
const LABEL = word('form', FORM)

/** What is to be done for somebody, in a few words. */
function saysOf(person: Entity): string {
  const again = dueOn(person)
  const due = again && again <= today() ? '有一项该再做' : ''
  return [sayProgress(progressOf(statusesOf(caseOf(person)))), due].filter(Boolean).join('，')
}

function concerned(household: Entity): Entity[] {
  return registers.members(household.id).filter(isConcerned)
}

async function begin(household: string, subject?: string) {
  const person = subject ? registers.entity(subject) : undefined
  if (!person) return undefined
  const known = caseOf(person)
  const id = known?.id ?? (await derivedId('health_case', person.id))
  const draft = await beginAbout(FORM, household, LABEL, {
    subject: person.id,
    about: {
      [PERSONS]: [person],
      [CASES]: [known ?? { id, fresh: true, values: {} }],
    },
    preset: {
      hh_uuid: registers.wholeOf(household),
      ...(known ? {} : { illness_class: illnessOf(valuesOf(person)) }),
    },
  })
  if (!draft) return undefined
  draft.title = text(person, PERSON_NAME) || draft.title
  draft.page.orgs = orgsHere()
  draft.page.birthDate = text(person, BIRTH_DATE)
  return draft
}

function memberActions(person: Entity): Action[] {
  if (!isConcerned(person)) return []
  return [{ id: FORM, icon: 'heart', what: LABEL, says: saysOf(person), subject: person.id }]
}

function facts(household: Entity): Fact[] {
  return concerned(household).flatMap((person) => {
    const statuses = statusesOf(caseOf(person))
    const open = statuses.filter((status) => status === '' || status === 'not_done').length
    const again = dueOn(person)
    const isDue = again !== '' && again <= today()
    if (open === 0 && !isDue) return []
    const name = text(person, PERSON_NAME)
    const says = isDue ? `${sayDay(again)}起该再做一次` : `还差 ${open} 项`
    return [{ kind: isDue ? 'warn' : '', icon: 'heart', what: LABEL, says: `${name}，${says}` }]
  })
}

export const health: RecordKind = {
  formId: FORM,
  title: LABEL,
  page: async () => (await import('./HealthForm.vue')).default,
  begin,
  actions: (household) =>
    concerned(household).map((person) => ({
      id: `${FORM}:${person.id}`,
      icon: 'heart',
      what: `${text(person, PERSON_NAME)}的${LABEL}`,
      says: saysOf(person),
      subject: person.id,
    })),
  memberActions,
  facts,
  tasks: ['health_renewal'],
  signed: signedLines,
}
