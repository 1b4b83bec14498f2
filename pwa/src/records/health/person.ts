/** What this phone knows of the eight ones of a person: whether they are his, and what is to be done. */
import { policy, registers, text, valuesOf } from '@/device'
import type { Entity } from '@/device'
import { held } from '@/device/held'
import { BIRTH_DATE, HOUSEHOLD } from '@/device/properties'
import { today } from '@/shared/dates'
import { againOn, illnessOf, isDue, ITEMS, usualOrgs, yearlyOf } from './eight'
import type { Item } from './eight'

export const CASES = 'health_cases'

export function caseOf(person: Entity): Entity | undefined {
  return registers
    .of(CASES, text(person, HOUSEHOLD))
    .find((one) => text(one, 'person') === person.id)
}

/** Whether the eight ones are this person's: so the township derived, or his facts say that he is ill. */
export function isConcerned(person: Entity): boolean {
  return (
    person.derived.hb_needed === 1 ||
    illnessOf(valuesOf(person)) !== '' ||
    caseOf(person) !== undefined
  )
}

export function statusesOf(one: Entity | undefined): string[] {
  return ITEMS.map((item) => text(one, `${item}_status`))
}

/** From when on an item has to be done again; `` if it was not done or never has. */
function againOf(person: Entity, one: Entity | undefined, item: Item): string {
  if (text(one, `${item}_status`) !== 'done') return ''
  const yearly = yearlyOf(policy('health.yearly'), policy('health.exam_age'))
  return againOn(item, text(one, `${item}_on`), text(person, BIRTH_DATE), yearly)
}

/** From when on somebody has to be examined again; `` where nothing comes round. */
export function dueOn(person: Entity): string {
  const one = caseOf(person)
  const days = ITEMS.map((item) => againOf(person, one, item)).filter(Boolean)
  return days.sort()[0] ?? ''
}

/** Somebody for whom an item is to be done; again: the day from which it has to be done once more, or ``. */
export interface Lacking {
  person: Entity
  household: string
  again: string
}

/** Who lives in a village and lacks an item, or has to have it done again, by household. */
export function lackingIn(area: string, item: Item): Lacking[] {
  return registers.households(area).flatMap((home) =>
    registers
      .members(home.id)
      .filter(isConcerned)
      .flatMap((person) => {
        const one = caseOf(person)
        const again = againOf(person, one, item)
        const lacks = isDue(text(one, `${item}_status`), again, today())
        return lacks ? [{ person, household: home.id, again }] : []
      }),
  )
}

/** How many of a village lack something of the eight, as the township last counted: cheap, for lists. */
export function incompleteIn(area: string): number {
  let count = 0
  for (const { kind, area: of, derived } of held.value.rows.values()) {
    if (kind !== 'persons' || of !== area || derived?.hb_needed !== 1) continue
    const again = derived.hb_renew_on
    const comesRound = typeof again === 'string' && again <= today()
    if (derived.hb_complete !== 'yes' || comesRound) count += 1
  }
  return count
}

/** Item -> who did it for others in the villages of this phone. */
export function orgsHere(): Record<string, string[]> {
  const cases = [...held.value.rows.values()]
    .filter(({ kind }) => kind === CASES)
    .flatMap(({ id }) => registers.entity(id) ?? [])
    .map(valuesOf)
  return Object.fromEntries(ITEMS.map((item) => [item, usualOrgs(cases, item)]))
}
