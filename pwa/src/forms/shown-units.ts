/** What a form about some entities was shown: only the units that the form can write. */
import type { Dictionary, FormDefinition, Shown, ShownEntity } from '@/device/records'
import { unitOf } from './definition'

/** Of what the phone shows of an entity, the units that questions of the form are saved to. */
export function shownToForm(
  shown: ShownEntity,
  register: string,
  definition: FormDefinition,
  dictionary: Dictionary | null,
): ShownEntity {
  const units = new Set(
    definition.questions
      .filter((question) => question.save_to?.register === register)
      .map((question) => unitOf(dictionary, register, question.save_to?.property ?? '')),
  )
  const choices = new Set(
    definition.questions
      .filter((question) => question.save_to?.register === register)
      .flatMap((question) =>
        (definition.lists[question.list ?? ''] ?? []).map(
          ([code]) => `${question.save_to?.property}/${code}`,
        ),
      ),
  )
  // A retired choice is not listed in the form: had it been shown, its absence would read as unticked by hand.
  const kept = Object.entries(shown.values).filter(([unit]) =>
    unit.includes('/') ? choices.has(unit) : units.has(unit),
  )
  const heads: string[] = []
  const values: ShownEntity['values'] = {}
  for (const [unit, [value, indexes]] of kept) {
    const own = indexes.flatMap((index) => shown.heads[index] ?? [])
    for (const head of own) if (!heads.includes(head)) heads.push(head)
    values[unit] = [value, own.map((head) => heads.indexOf(head))]
  }
  return { heads, values }
}

/** The shown value of a property, as text; undefined where it was not shown. */
export function shownValue(
  shown: Shown,
  entity: string,
  property: string,
  unit: string,
): string | undefined {
  const values = shown[entity]?.values
  if (!values) return undefined
  const choices = Object.entries(values).filter(([name]) => name.startsWith(`${property}/`))
  if (choices.length > 0 || values[property]?.[0] === '') {
    const ticked = choices.filter(([, [value]]) => value === '1')
    return ticked.map(([name]) => name.slice(property.length + 1)).join(' ')
  }
  const value = values[unit]?.[0]
  return typeof value === 'object' ? value[property] : value
}
