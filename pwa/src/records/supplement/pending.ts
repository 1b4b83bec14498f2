/**
 * 下次补问: what was added to a form and is asked once more of whoever was recorded before.
 *
 * Nothing is counted anywhere: it follows from what everybody's phone holds of the records, so that what one person has
 * answered is gone on all phones with their next synchronisation.
 */
import { computed } from 'vue'
import { fetched, outbox, registers, text } from '@/device'
import type { Entity } from '@/device'
import { held, wholeOf } from '@/device/held'
import { canBegin } from '@/device/offered'
import type { FormInForce } from '@/device/records'
import { HOUSEHOLD, PERSON_NAME } from '@/device/properties'
import { KEPT_ON_FILE } from '../kept-on-file'

export interface Pending {
  form: FormInForce
  household: string
  /** The person whom it is about; `` for the household. */
  person: string
  /** Whether only these questions are opened; else they are asked with the next record of the form. */
  alone: boolean
}

/** Several of what was observed on a day are a record of that day; only what is kept on file is added to. */
function isFile({ kind }: FormInForce): boolean {
  return KEPT_ON_FILE.has(kind)
}

function isOfPersons({ subject }: FormInForce): boolean {
  return subject === 'person'
}

const asking = computed(() =>
  (fetched.value.in_force ?? []).filter(
    ({ form_id, asks }) => asks.length > 0 && canBegin(form_id),
  ),
)

/** Version of the form by which a record was made, unless it was rejected or another stands in its place. */
function versionOf(instance: string, formId: string): string | undefined {
  const review = held.value.reviews.get(instance)
  if (review)
    return review.form_id === formId && review.state !== 'rejected'
      ? review.form_version
      : undefined
  const own = [...outbox.list.value, ...outbox.onTheWay.value].find(
    ({ instance_id, form_id }) => instance_id === instance && form_id === formId,
  )
  return own?.form_version
}

/** Household -> versions of its records of a form, this phone's own included. */
function versionsByHousehold({ form_id }: FormInForce): Map<string, Set<string>> {
  const found = new Map<string, Set<string>>()
  const add = (household: string | null, version: string) => {
    const id = wholeOf(household ?? '')
    found.set(id, (found.get(id) ?? new Set()).add(version))
  }
  for (const one of held.value.reviews.values())
    if (one.form_id === form_id && one.state !== 'rejected' && one.superseded_by === null)
      add(one.household, one.form_version)
  for (const one of [...outbox.list.value, ...outbox.onTheWay.value])
    if (one.form_id === form_id) add(one.household, one.form_version)
  return found
}

function ofHouseholds(form: FormInForce): Pending[] {
  return [...versionsByHousehold(form)]
    .filter(
      ([household, versions]) => !versions.has(form.version) && registers.household(household),
    )
    .map(([household]) => ({ form, household, person: '', alone: isFile(form) }))
}

/** Whom it is about is known by what the form is saved to; answered is what is known of any of the questions. */
function ofPersons(form: FormInForce): Pending[] {
  const rows = [...held.value.rows.values()].filter(({ kind }) => kind === form.register)
  return rows.flatMap(({ id }) => {
    const about = registers.entity(id)
    const person = registers.entity(text(about, 'person'))
    if (!about || !person || !registers.isHere(person.id)) return []
    const heads = new Set(Object.values(about.heads).flat())
    const wasRecorded = [...heads].some((head) => versionOf(head, form.form_id) !== undefined)
    if (!wasRecorded || isAnswered(form, about, person)) return []
    const household = wholeOf(text(person, HOUSEHOLD))
    return [{ form, household, person: person.id, alone: true }]
  })
}

function isAnswered({ asks }: FormInForce, about: Entity, person: Entity): boolean {
  const known = asks.some(
    ({ save_to }) =>
      save_to && hasValue(save_to.register === about.register ? about : person, save_to.property),
  )
  return known || asks.every(({ save_to }) => save_to === null)
}

function hasValue(entity: Entity, property: string): boolean {
  return (
    text(entity, property) !== '' ||
    Object.entries(entity.units).some(
      ([unit, value]) => unit.startsWith(`${property}/`) && value === '1',
    )
  )
}

/** All that is to be asked once more on this phone. */
export const pending = computed<Pending[]>(() =>
  asking.value.flatMap((form) =>
    isFile(form) && isOfPersons(form) ? ofPersons(form) : ofHouseholds(form),
  ),
)

/** The same by household. */
const byHousehold = computed(() => {
  const found = new Map<string, Pending[]>()
  for (const one of pending.value)
    found.set(one.household, [...(found.get(one.household) ?? []), one])
  return found
})

export function pendingOf(household: string): Pending[] {
  return byHousehold.value.get(wholeOf(household)) ?? []
}

/** The households of which something is to be asked once more. */
export const toAsk = computed(() => [...byHousehold.value.keys()])

/** `赵桂兰：要不要助听器、…` */
export function sayPending({ form, person }: Pending): string {
  const asked = form.asks.map(({ label }) => label).join('、')
  const name = text(registers.entity(person), PERSON_NAME)
  return name ? `${name}：${asked}` : asked
}
