/** The registers as this phone shows them: the server's rows with its own answers over them. */
import { labelOf } from './dictionary'
import { held, wholeOf } from './held'
import { fetched } from './meta'
import { outbox } from './outbox'
import {
  freshEntity,
  fromRow,
  fromShown,
  layOver,
  shownOf,
  type Entity,
  type Laid,
} from './overlay'
import * as known from './properties'
import type { ShownEntity } from './records'
import type { EntityRow, ReviewRow, TaskRow } from './rows'
import { search as find, type Findable, type Hit } from './search'

export { forgetRegisters, keepOnly, loadRegisters, replaceVillages, stillReading } from './held'

/** A household's number is the village's code and this. */
const SERIAL_DIGITS = 5

/** These have lists of their own. */
const UNLISTED = new Set([known.HOUSEHOLDS, known.PERSONS])

/** What one record says of an entity, under the id by which it calls it. */
interface Own {
  record: Laid
  id: string
}

/** What is computed from rows and own answers when it is first asked for, until either changes. */
interface Computed {
  own: Map<string, Own[]>
  entities: Map<string, Entity>
  /** Households to which own answers add members, and from which they take them. */
  members: Map<string, string[]> | null
  households: Map<string, Entity[]>
  findable: Findable[] | null
  reviews: Map<string, ReviewRow[]> | null
  names: Map<string, string[]> | null
  /** By household, what is neither a household nor a person. */
  belonging: Map<string, string[]> | null
}

let cache: Computed | null = null
let cachedFor: unknown[] = []

function computedNow(): Computed {
  const inputs = [held.value, outbox.list.value, outbox.onTheWay.value, fetched.value.dictionary]
  if (cache && inputs.every((input, place) => input === cachedFor[place])) return cache
  const records = [...outbox.onTheWay.value, ...outbox.list.value].sort(
    (one, other) => one.sequence - other.sequence,
  )
  const own = new Map<string, Own[]>()
  for (const record of records) {
    for (const id of Object.keys(record.answers)) {
      own.set(wholeOf(id), [...(own.get(wholeOf(id)) ?? []), { record, id }])
    }
  }
  cachedFor = inputs
  cache = {
    ...{ own, entities: new Map(), members: null, households: new Map() },
    ...{ findable: null, reviews: null, names: null, belonging: null },
  }
  return cache
}

/** What own answers lie on: the row; what was shown of it, if it went elsewhere since; or nothing, if they made it. */
function under(id: string, own: Own[]): Entity | undefined {
  const row = held.value.rows.get(id)
  if (row) return fromRow(row)
  const first = own[0]
  if (!first) return undefined
  const { record } = first
  const register = record.answers[first.id]?.register ?? ''
  const shown = record.shown[first.id]
  return shown
    ? fromShown(id, register, record.area, shown)
    : freshEntity(id, register, record.area)
}

/** Any entity by its id, or by one that was joined with it, as this phone shows it. */
function entity(anyId: string): Entity | undefined {
  const id = wholeOf(anyId)
  const now = computedNow()
  const ready = now.entities.get(id)
  if (ready) return ready
  const own = now.own.get(id) ?? []
  const base = under(id, own)
  if (!base) return undefined
  const shown = own.reduce(
    (before, { record, id: as }) => layOver(before, record, fetched.value.dictionary, as),
    base,
  )
  now.entities.set(id, shown)
  return shown
}

/** The entities of a register that own answers made, and that the server does not know yet. */
function freshOf(register: string): Entity[] {
  const found: Entity[] = []
  for (const id of computedNow().own.keys()) {
    const one = held.value.rows.has(id) ? undefined : entity(id)
    if (one?.fresh && one.register === register) found.push(one)
  }
  return found
}

/** The value of a property, also where it is one of several in its unit; '' where it is not known. */
export function text(of: Entity | undefined, property: string): string {
  if (!of) return ''
  const value = of.units[property]
  if (typeof value === 'string') return value
  for (const unit of Object.values(of.units)) {
    if (typeof unit === 'object' && property in unit) return unit[property] ?? ''
  }
  return ''
}

/** The same read from the row where nothing lies over it, which is nearly everywhere: a county has no time for more. */
function said(id: string, property: string): string {
  const row = computedNow().own.has(id) ? undefined : held.value.rows.get(id)
  if (!row) return text(entity(id), property)
  const value = row.units[property]?.[0]
  if (typeof value === 'string') return value
  for (const unit in row.units) {
    const several = row.units[unit]?.[0]
    if (typeof several === 'object' && property in several) return several[property] ?? ''
  }
  return ''
}

const collator = new Intl.Collator('zh-Hans-CN', { numeric: true })

function inOrder(entities: Entity[]): Entity[] {
  return entities
    .map((one) => ({
      one,
      key: [known.GROUP_NAME, known.ADDRESS, known.HOUSEHOLD_NO]
        .map((property) => text(one, property))
        .join('\n'),
    }))
    .sort((a, b) => collator.compare(a.key, b.key))
    .map(({ one }) => one)
}

/** The households of a village, by group and address. */
function households(area: string): Entity[] {
  const now = computedNow()
  const ready = now.households.get(area)
  if (ready) return ready
  const listed = (held.value.households.get(area) ?? []).flatMap((id) => entity(id) ?? [])
  const fresh = freshOf(known.HOUSEHOLDS).filter((one) => one.area === area)
  const ordered = inOrder([...listed, ...fresh])
  now.households.set(area, ordered)
  return ordered
}

/** How many households there are, in a village or in all. */
function count(area?: string): number {
  const { households: byArea } = held.value
  const areas = area === undefined ? [...byArea.keys()] : [area]
  const fresh = freshOf(known.HOUSEHOLDS).filter((one) => area === undefined || one.area === area)
  return areas.reduce((sum, code) => sum + (byArea.get(code)?.length ?? 0), fresh.length)
}

/** More than a village or two: what goes through all of them takes a moment on a cheap phone. */
const MANY = 1_000

function isMany(): boolean {
  return held.value.rows.size > MANY
}

/** The server's rows of all households, for what does not need what lies over them. */
function householdRows(): EntityRow[] {
  const rows: EntityRow[] = []
  for (const row of held.value.rows.values()) if (row.kind === known.HOUSEHOLDS) rows.push(row)
  return rows
}

function household(id: string): Entity | undefined {
  const found = entity(id)
  return found?.register === known.HOUSEHOLDS ? found : undefined
}

/** The members of a household: the server's, but for those that own answers add or move. */
function memberIds(householdId: string): string[] {
  const now = computedNow()
  if (!now.members) {
    now.members = new Map()
    for (const id of now.own.keys()) {
      const one = entity(id)
      const home = one?.register === known.PERSONS ? wholeOf(text(one, known.HOUSEHOLD)) : ''
      if (home !== '') now.members.set(home, [...(now.members.get(home) ?? []), id])
    }
  }
  const listed = held.value.members.get(householdId) ?? []
  return [...listed.filter((id) => !now.own.has(id)), ...(now.members.get(householdId) ?? [])]
}

/** What a register has of a household besides its members: problems, cases, houses; own answers included, by id. */
function of(register: string, householdId: string): Entity[] {
  const now = computedNow()
  if (!now.belonging) {
    now.belonging = new Map()
    for (const row of held.value.rows.values()) {
      if (!UNLISTED.has(row.kind))
        addTo(now.belonging, wholeOf(said(row.id, known.HOUSEHOLD)), row.id)
    }
    for (const id of now.own.keys()) {
      const one = held.value.rows.has(id) ? undefined : entity(id)
      if (one?.fresh && !UNLISTED.has(one.register))
        addTo(now.belonging, wholeOf(text(one, known.HOUSEHOLD)), id)
    }
  }
  return (now.belonging.get(wholeOf(householdId)) ?? [])
    .flatMap((id) => entity(id) ?? [])
    .filter((one) => one.register === register)
    .sort((one, other) => (one.id < other.id ? -1 : 1))
}

/** Those of them that are open as the server derived it, or that it does not know yet. */
function open(register: string, householdId: string): Entity[] {
  return of(register, householdId).filter((one) => one.fresh || known.OPEN.has(one.derived.state))
}

/** The household's members as a household book lists them: head, spouse, children; those who have left only with `all`. */
function members(householdId: string, all = false): Entity[] {
  return memberOrder(wholeOf(householdId), all).flatMap((id) => entity(id) ?? [])
}

function memberOrder(householdId: string, all = false): string[] {
  const head = headId(householdId)
  const ids = memberIds(householdId).filter(
    (id) => all || said(id, known.MEMBER_STATUS) !== known.REMOVED,
  )
  return ids
    .map((id) => ({ id, key: bookOrder(id, head) }))
    .sort((one, other) => (one.key < other.key ? -1 : 1))
    .map(({ id }) => id)
}

/** Relation codes (GB/T 4761) stand in the order of a household book; of equals the elder comes first. */
function bookOrder(id: string, head: string | undefined): string {
  const place = id === head ? '0' : '1'
  return [place, said(id, known.RELATION) || '99', said(id, known.BIRTH_DATE) || '9', id].join(' ')
}

function headId(householdId: string): string | undefined {
  const ids = memberIds(householdId)
  const named = wholeOf(said(householdId, known.HEAD))
  if (named !== '' && ids.includes(named)) return named
  return ids.find((id) => said(id, known.RELATION) === known.RELATION_HEAD) ?? ids[0]
}

/** The head's name, by which people call the household; '' where nobody is known yet. */
function nameOf(householdId: string): string {
  const head = headId(wholeOf(householdId))
  return head ? said(head, known.PERSON_NAME) : ''
}

/** What kind of household it is, in words (脱贫户 …); '' where it is not known. */
function typeOf(of: Entity): string {
  const code = text(of, known.HOUSEHOLD_TYPE)
  return code && labelOf(fetched.value.dictionary, known.HOUSEHOLDS, known.HOUSEHOLD_TYPE, code)
}

/** Group and address as one would say them: 2组14号. Where neither is known, the end of the household's number. */
function addressOf(of: Entity): string {
  return sayAddress((property) => text(of, property))
}

function sayAddress(value: (property: string) => string): string {
  const group = value(known.GROUP_NAME)
  const address = value(known.ADDRESS)
  const number = value(known.HOUSEHOLD_NO)
  if (group === '' && address === '') return number && `编号 ${number.slice(-SERIAL_DIGITS)}`
  return address.startsWith(group) ? address : `${group} ${address}`.trim()
}

function sizeOf(of: Entity): number {
  const derived = of.derived['family_size']
  const unsent = members(of.id).some((member) => Object.keys(member.own).length > 0)
  return typeof derived === 'number' && !unsent ? derived : members(of.id).length
}

/** Last four characters of an ID number: the phone holds the whole only of whom it registered. */
function last4Of(id: string): string {
  return held.value.rows.get(id)?.masked?.[known.ID_NUMBER] ?? said(id, known.ID_NUMBER).slice(-4)
}

function findableOf(id: string, area: string, initials: string): Findable {
  const persons = memberOrder(id)
  return {
    household: id,
    area,
    names: persons.map((person) => said(person, known.PERSON_NAME).toLowerCase()),
    initials: persons.map(
      (person, place) => held.value.rows.get(person)?.initials || (place === 0 ? initials : ''),
    ),
    last4: persons.map((person) => last4Of(person).toLowerCase()),
    number: said(id, known.HOUSEHOLD_NO),
    address: sayAddress((property) => said(id, property)).toLowerCase(),
  }
}

function findable(): Findable[] {
  const now = computedNow()
  now.findable ??= [
    ...householdRows().map(({ id, area, initials }) => findableOf(id, area, initials ?? '')),
    ...freshOf(known.HOUSEHOLDS).map(({ id, area }) => findableOf(id, area, '')),
  ]
  return now.findable
}

/** Households by a member's name, pinyin initials, last four of an ID number, household number or address. */
function search(query: string, area?: string): Hit[] {
  return find(findable(), query, area)
}

/** The persons of a name, wherever they live. */
function named(name: string): Entity[] {
  const now = computedNow()
  if (!now.names) {
    now.names = new Map()
    for (const row of held.value.rows.values()) {
      if (row.kind === known.PERSONS) addTo(now.names, said(row.id, known.PERSON_NAME), row.id)
    }
    for (const one of freshOf(known.PERSONS)) addTo(now.names, text(one, known.PERSON_NAME), one.id)
  }
  return (now.names.get(name) ?? []).flatMap((id) => entity(id) ?? [])
}

function addTo(map: Map<string, string[]>, key: string, id: string): void {
  const list = map.get(key)
  if (list) list.push(id)
  else map.set(key, [id])
}

/** What the server has of submissions about a household, newest first. */
function reviewsOf(householdId: string): ReviewRow[] {
  const now = computedNow()
  if (!now.reviews) {
    now.reviews = new Map()
    for (const review of held.value.reviews.values()) {
      if (!review.household) continue
      const list = now.reviews.get(review.household)
      if (list) list.push(review)
      else now.reviews.set(review.household, [review])
    }
    for (const list of now.reviews.values()) {
      list.sort(
        (one, other) =>
          (other.event_date ?? '').localeCompare(one.event_date ?? '') || other.number - one.number,
      )
    }
  }
  return now.reviews.get(wholeOf(householdId)) ?? []
}

/** What became of one submission; undefined until a pull has brought it. */
function review(instanceId: string): ReviewRow | undefined {
  return held.value.reviews.get(instanceId)
}

function reviews(): ReviewRow[] {
  return [...held.value.reviews.values()]
}

/** Whether the server's lists have it; what is not there was made here, or went elsewhere. */
function isHere(id: string): boolean {
  return held.value.rows.has(wholeOf(id))
}

/** Open tasks about a household. */
function tasksOf(householdId: string): TaskRow[] {
  return [...held.value.tasks.values()].filter(
    (task) => task.household === householdId && task.state === 'open',
  )
}

/** The households about which a task is open. */
function troubled(): Set<string> {
  return new Set(
    [...held.value.tasks.values()].flatMap((task) =>
      task.state === 'open' && task.household ? task.household : [],
    ),
  )
}

/** What a form about this entity is shown now: freeze it in the draft when the form is opened. */
export function shownFor(entityId: string): ShownEntity | undefined {
  const found = entity(entityId)
  return found && shownOf(found, fetched.value.dictionary)
}

export const registers = {
  entity,
  households,
  count,
  isMany,
  householdRows,
  household,
  members,
  of,
  open,
  named,
  nameOf,
  typeOf,
  addressOf,
  sizeOf,
  search,
  reviews,
  reviewsOf,
  review,
  tasksOf,
  troubled,
  wholeOf,
  isHere,
}
