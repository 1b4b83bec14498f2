/** The eight ones of somebody who is ill: begun from the person, done one at a time. */
import { policy, registers, text, valuesOf } from '@/device'
import type { Entity } from '@/device'
import { derivedId } from '@/device/derived-id'
import { held } from '@/device/held'
import { BIRTH_DATE, HOUSEHOLD, PERSONS, PERSON_NAME } from '@/device/properties'
import { sayDay, today } from '@/shared/dates'
import { word } from '@/shared/words'
import { beginAbout } from '../begin'
import type { Action, Fact, RecordKind } from '../kind'
import { signedLines } from './signed'
import { againOn, illnessOf, ITEMS, progressOf, sayProgress, usualOrgs, yearlyOf } from './eight'

const FORM = 'health_eight'
const CASES = 'health_cases'
const LABEL = word('form', FORM)

function caseOf(person: Entity): Entity | undefined {
  return registers
    .of(CASES, text(person, HOUSEHOLD))
    .find((one) => text(one, 'person') === person.id)
}

/** Whether the eight ones are this person's: so the township derived, or his facts say that he is ill. */
function isConcerned(person: Entity): boolean {
  return (
    person.derived.hb_needed === 1 ||
    illnessOf(valuesOf(person)) !== '' ||
    caseOf(person) !== undefined
  )
}

function statusesOf(one: Entity | undefined): string[] {
  return ITEMS.map((item) => text(one, `${item}_status`))
}

/** From when on somebody has to be examined again; `` where nothing comes round. */
function dueOn(person: Entity): string {
  const yearly = yearlyOf(policy('health.yearly'), policy('health.exam_age'))
  const one = caseOf(person)
  const days = ITEMS.filter((item) => text(one, `${item}_status`) === 'done')
    .map((item) => againOn(item, text(one, `${item}_on`), text(person, BIRTH_DATE), yearly))
    .filter(Boolean)
  return days.sort()[0] ?? ''
}

/** What is to be done for somebody, in a few words. */
function saysOf(person: Entity): string {
  const again = dueOn(person)
  const due = again && again <= today() ? '有一项该再做' : ''
  return [sayProgress(progressOf(statusesOf(caseOf(person)))), due].filter(Boolean).join('，')
}

function concerned(household: Entity): Entity[] {
  return registers.members(household.id).filter(isConcerned)
}

/** Item -> who did it for others in the villages of this phone. */
function orgsHere(): Record<string, string[]> {
  const cases = [...held.value.rows.values()]
    .filter(({ kind }) => kind === CASES)
    .flatMap(({ id }) => registers.entity(id) ?? [])
    .map(valuesOf)
  return Object.fromEntries(ITEMS.map((item) => [item, usualOrgs(cases, item)]))
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
