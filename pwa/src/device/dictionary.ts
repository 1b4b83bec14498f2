/** Looking up the data dictionary: which unit a property belongs to, which words a code has. */
import type { Dictionary, Property } from './records'
import { everAddedTo, termsOf } from './vocabulary'

export function propertiesOf(dictionary: Dictionary | null, register: string): Property[] {
  return dictionary?.registers[register]?.properties ?? []
}

export function propertyOf(
  dictionary: Dictionary | null,
  register: string,
  name: string,
): Property | undefined {
  return propertiesOf(dictionary, register).find((property) => property.name === name)
}

/** The names of a register's multiple-choice properties, each choice of which is a unit of its own. */
export function setsOf(dictionary: Dictionary | null, register: string): string[] {
  return propertiesOf(dictionary, register)
    .filter((property) => property.rule === 'set')
    .map((property) => property.name)
}

/** The units of a register that count only once the office has approved them. */
export function unitsOnApproval(dictionary: Dictionary | null, register: string): Set<string> {
  return new Set(
    propertiesOf(dictionary, register)
      .filter((property) => property.applies === 'approved')
      .map((property) => property.unit),
  )
}

/** What a property's code is called today, or the code itself. */
export function labelOf(
  dictionary: Dictionary | null,
  register: string,
  name: string,
  code: string,
): string {
  const list = propertyOf(dictionary, register, name)?.list
  if (!list) return code
  const own = dictionary?.lists[list]?.find(([value]) => value === code)?.[1]
  return termsOf(list)[code] ?? own ?? everAddedTo(list)[code] ?? code
}
