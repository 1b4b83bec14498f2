/**
 * The phone's own answers laid over the server's rows. Pure.
 *
 * What is shown of an entity is the server's newest row with what this phone recorded since, and has not yet seen come
 * back from the server, on top. It decides nothing about conflicts.
 */
import { setsOf, unitsOnApproval } from './dictionary'
import type { Answers, Dictionary, Shown, ShownEntity } from './records'
import type { DisputedValue, EntityRow, UnitValue } from './rows'

/** A household, a person, … as this phone shows it. */
export interface Entity {
  id: string
  register: string
  area: string
  units: Record<string, UnitValue>
  /** The writes that each unit's value comes from. */
  heads: Record<string, string[]>
  /** Units whose value was recorded here and has not come back from the server yet. */
  own: Record<string, true>
  disputed: Record<string, DisputedValue[]>
  /** The last four characters of what the phone does not hold whole. */
  masked: Record<string, string>
  initials: string
  derived: Record<string, string | number | null>
  /** Recorded on this phone and not known to the server yet. */
  fresh: boolean
}

/** What laying over needs to know of a record, waiting or sent. */
export interface Laid {
  instance_id: string
  area: string
  answers: Answers
  shown: Shown
  confirmed: string[]
}

export function sameValue(one: UnitValue, other: UnitValue): boolean {
  if (typeof one === 'string' || typeof other === 'string') return one === other
  const names = new Set([...Object.keys(one), ...Object.keys(other)])
  return [...names].every((name) => (one[name] ?? '') === (other[name] ?? ''))
}

function isBlank(value: UnitValue): boolean {
  return typeof value === 'string' ? value === '' : Object.values(value).every((v) => v === '')
}

/** The property that a unit `property/choice` is a choice of, or the unit itself. */
function propertyOfUnit(unit: string): string {
  return unit.split('/')[0] ?? unit
}

/** What was shown of a unit; a choice that was not listed counts as shown unticked. */
function shownValue(shown: ShownEntity | undefined, unit: string): UnitValue | undefined {
  const value = shown?.values[unit]
  if (value) return value[0]
  const property = propertyOfUnit(unit)
  return property !== unit && shown?.values[property] ? '0' : undefined
}

/** The units of an entity that a record writes: answered otherwise than shown, or confirmed, or new. */
export function writes(record: Laid, entity: string): [string, UnitValue][] {
  const shown = record.shown[entity]
  const confirmed = new Set(record.confirmed)
  return Object.entries(record.answers[entity]?.units ?? {}).filter(([unit, value]) => {
    const before = shownValue(shown, unit)
    if (isBlank(value)) return false
    if (before === undefined) return true
    return (
      !sameValue(before, value) ||
      confirmed.has(`${entity}/${unit}`) ||
      confirmed.has(`${entity}/${propertyOfUnit(unit)}`)
    )
  })
}

/** The server's row as it is. */
export function fromRow(row: EntityRow): Entity {
  const units: Entity['units'] = {}
  const heads: Entity['heads'] = {}
  for (const [unit, [value, indexes]] of Object.entries(row.units)) {
    units[unit] = value
    heads[unit] = indexes.flatMap((index) => row.heads[index] ?? [])
  }
  return {
    id: row.id,
    register: row.kind,
    area: row.area,
    units,
    heads,
    own: {},
    disputed: row.disputed ?? {},
    masked: row.masked ?? {},
    initials: row.initials ?? '',
    derived: row.derived ?? {},
    fresh: false,
  }
}

/** An entity that this phone recorded first. */
export function freshEntity(id: string, register: string, area: string): Entity {
  const nothing = { units: {}, heads: {}, own: {}, disputed: {}, masked: {}, derived: {} }
  return { id, register, area, ...nothing, initials: '', fresh: true }
}

/** An entity that left this phone's villages, as the record about it was shown it. */
export function fromShown(id: string, register: string, area: string, shown: ShownEntity): Entity {
  const gone = { ...freshEntity(id, register, area), fresh: false }
  for (const [unit, [value, indexes]] of Object.entries(shown.values)) {
    // A multiple choice is listed itself only to say that it was shown.
    if (value === '' && indexes.length === 0) continue
    gone.units[unit] = value
    gone.heads[unit] = indexes.flatMap((index) => shown.heads[index] ?? [])
  }
  return gone
}

/**
 * The entity with what one record writes on top; the entity given is not changed.
 *
 * `as`: the id by which the record calls it, where the office joined that one with another.
 */
export function layOver(
  entity: Entity,
  record: Laid,
  dictionary: Dictionary | null,
  as: string = entity.id,
): Entity {
  // What waits for the office's approval is not shown as if it were so, unless nothing else is known.
  const later = entity.fresh ? new Set<string>() : unitsOnApproval(dictionary, entity.register)
  const laid = { ...entity, units: { ...entity.units }, heads: { ...entity.heads } }
  laid.own = { ...entity.own }
  laid.masked = { ...entity.masked }
  for (const [unit, value] of writes(record, as)) {
    if (later.has(unit) || later.has(propertyOfUnit(unit))) continue
    laid.units[unit] = value
    laid.heads[unit] = [record.instance_id]
    laid.own[unit] = true
  }
  return laid
}

/**
 * What a form about this entity was shown, as it goes into the draft and to the server.
 *
 * Units that the phone does not hold are absent. A multiple-choice property that was shown is listed itself, so that the
 * choices not listed count as shown unticked.
 */
export function shownOf(entity: Entity, dictionary: Dictionary | null): ShownEntity {
  const heads: string[] = []
  const values: ShownEntity['values'] = {}
  const indexOf = (head: string) => {
    const known = heads.indexOf(head)
    return known >= 0 ? known : heads.push(head) - 1
  }
  for (const [unit, value] of Object.entries(entity.units)) {
    values[unit] = [value, (entity.heads[unit] ?? []).map(indexOf)]
  }
  for (const property of setsOf(dictionary, entity.register)) values[property] = ['', []]
  return { heads, values }
}

/** The values by property: units of several properties opened, choices of a multiple choice joined by blanks. */
export function valuesOf(entity: Entity): Record<string, string> {
  const values: Record<string, string> = {}
  for (const [unit, value] of Object.entries(entity.units)) {
    const [property, choice] = unit.split('/')
    if (typeof value !== 'string') Object.assign(values, value)
    else if (property === undefined || choice === undefined) values[unit] = value
    else {
      const chosen = values[property] ?? ''
      values[property] = value === '1' ? `${chosen} ${choice}`.trim() : chosen
    }
  }
  return values
}
