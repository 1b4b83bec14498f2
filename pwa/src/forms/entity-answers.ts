/** What a finished instance says about each entity, by unit: the phone's side of the form's `save_to`. */
import type { Answers, Dictionary, FormDefinition } from '@/device/records'
import type { UnitValue } from '@/device/rows'
import type { DefinedEntity, DefinedQuestion } from './definition'
import { entitiesOf, questionsSavedTo, repeatOf, unitOf } from './definition'
import { elementBelow, elementsAt, parseXml } from './instance-xml'

/** The answers of an instance by entity and unit; questions that were not relevant are blank. */
export function answersOf(
  xml: string,
  definition: FormDefinition,
  dictionary: Dictionary | null,
): Answers {
  const root = parseXml(xml).documentElement
  const answers: Answers = {}
  for (const entity of entitiesOf(definition)) {
    const path = repeatOf(definition, entity) ?? `/${root.localName}`
    const branches = elementsAt(root, path)
    for (const branch of branches) {
      const text = (at: string) => elementBelow(branch, path, at)?.textContent?.trim() ?? ''
      const id = text(entity.id)
      if (!id) continue
      const units = unitsOf(entity, definition, dictionary, text)
      answers[id] = {
        register: entity.register,
        units: { ...answers[id]?.units, ...units },
      }
    }
  }
  return answers
}

function unitsOf(
  entity: DefinedEntity,
  definition: FormDefinition,
  dictionary: Dictionary | null,
  text: (path: string) => string,
): Record<string, UnitValue> {
  const units: Record<string, UnitValue> = {}
  for (const question of questionsSavedTo(definition, entity)) {
    const property = question.save_to?.property ?? ''
    const value = canonical(text(question.path), question)
    if (isSet(dictionary, entity.register, property)) {
      Object.assign(units, ticked(property, value, question, definition))
      continue
    }
    const unit = unitOf(dictionary, entity.register, property)
    const several = unitSize(dictionary, entity.register, unit) > 1
    const before = units[unit]
    units[unit] = several
      ? { ...(typeof before === 'object' ? before : {}), [property]: value }
      : value
  }
  return units
}

function unitSize(dictionary: Dictionary | null, register: string, unit: string): number {
  const properties = dictionary?.registers[register]?.properties ?? []
  return properties.filter((property) => property.unit === unit).length
}

function isSet(dictionary: Dictionary | null, register: string, name: string): boolean {
  const properties = dictionary?.registers[register]?.properties ?? []
  return properties.some((property) => property.name === name && property.rule === 'set')
}

/** Of a multiple choice each choice is a unit of its own: `welfare/dibao` is `1` or `0`. */
function ticked(
  property: string,
  value: string,
  question: DefinedQuestion,
  definition: FormDefinition,
): Record<string, UnitValue> {
  const chosen = new Set(value.split(' '))
  const codes = definition.lists[question.list ?? ''] ?? []
  return Object.fromEntries(
    codes.map(([code]) => [`${property}/${code}`, chosen.has(code) ? '1' : '0']),
  )
}

/** Numbers in the one spelling that the registers use: the engine says `2.0` and `3.50`. */
function canonical(value: string, question: DefinedQuestion): string {
  if (!['decimal', 'integer', 'range'].includes(question.type)) return value
  return /^-?\d+\.\d+$/.test(value) ? value.replace(/\.?0+$/, '') : value
}
