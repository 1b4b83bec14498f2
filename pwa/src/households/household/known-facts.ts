/** What the registers hold of an entity, in words: labels and choices from the dictionary. */
import { fetched, valuesOf } from '@/device'
import type { Entity } from '@/device'
import { labelOf, propertiesOf } from '@/device/dictionary'
import { monthDay } from '@/forms/say-date'

export interface KnownFact {
  name: string
  unit: string
  label: string
  words: string
  own: boolean
  disputed: boolean
}

/** The words of a value: labels of codes, days as people say them. */
export function wordsOf(register: string, property: string, type: string, value: string): string {
  if (type === 'date') return monthDay(value)
  if (!type.startsWith('select')) return value
  return value
    .split(' ')
    .filter(Boolean)
    .map((code) => labelOf(fetched.value.dictionary, register, property, code))
    .join('、')
}

/** What is known, in the order of the dictionary; what is blank is left out. */
export function knownFacts(entity: Entity, skip: readonly string[] = []): KnownFact[] {
  const values = valuesOf(entity)
  return propertiesOf(fetched.value.dictionary, entity.register)
    .filter(({ name, type }) => values[name] && !skip.includes(name) && type !== 'geopoint')
    .map(({ name, label, type, unit }) => ({
      name,
      unit,
      label,
      words: wordsOf(entity.register, name, type, values[name] ?? ''),
      own: unit in entity.own || Object.keys(entity.own).some((one) => one.startsWith(`${name}/`)),
      disputed: unit in entity.disputed,
    }))
}

export function welfareWords(household: Entity): string[] {
  const chosen = valuesOf(household).welfare ?? ''
  return wordsOf(household.register, 'welfare', 'select_multiple', chosen)
    .split('、')
    .filter(Boolean)
}
