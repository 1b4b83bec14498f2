/** The registers in memory: the server's rows, village by village, with this phone's own answers over them. */
import { shallowRef, triggerRef } from 'vue'
import { copies } from './database'
import { labelOf } from './dictionary'
import { fetched } from './meta'
import { outbox } from './outbox'
import { freshEntity, fromRow, layOver, shownOf, type Entity, type Laid } from './overlay'
import * as known from './properties'
import type { ShownEntity, Village } from './records'
import { isEntity, isReview, isTask, type EntityRow, type ReviewRow, type TaskRow } from './rows'
import { search as find, type Findable, type Hit } from './search'

/** A household's number is the village's code and this. */
const SERIAL_DIGITS = 5

/** Everything that was read from the chunks, by id. */
interface Held {
  rows: Map<string, EntityRow>
  reviews: Map<string, ReviewRow>
  tasks: Map<string, TaskRow>
}

/** What is computed from rows and own answers when it is first asked for, until either changes. */
interface Computed {
  records: Laid[]
  laid: Map<string, Laid[]>
  entities: Map<string, Entity>
  members: Map<string, string[]> | null
  households: Entity[] | null
  findable: Findable[] | null
  reviews: Map<string, ReviewRow[]> | null
}

let chunks = new Map<string, Village>()
const held = shallowRef<Held>({ rows: new Map(), reviews: new Map(), tasks: new Map() })
let cache: Computed | null = null
let cachedFor: unknown[] = []

function hold(): void {
  const { rows, reviews, tasks } = held.value
  rows.clear()
  reviews.clear()
  tasks.clear()
  for (const village of chunks.values()) {
    for (const row of village.rows) {
      // Seen from two villages, the newer state counts.
      if (isEntity(row)) newest(rows, row)
      else if (isReview(row)) newest(reviews, row)
      else if (isTask(row)) newest(tasks, row)
    }
  }
  triggerRef(held)
}

function newest<T extends { id: string; number: number }>(map: Map<string, T>, row: T): void {
  const other = map.get(row.id)
  if (!other || other.number <= row.number) map.set(row.id, row)
}

/** Read all villages, at the start or after another tab synchronised. */
export async function loadRegisters(): Promise<void> {
  const stored = await copies().villages.toArray()
  chunks = new Map(stored.map((village) => [village.area, village]))
  cache = null
  hold()
}

/** Take in villages that were just written; `null` villages were removed. */
export function replaceVillages(changed: Village[], removed: string[] = []): void {
  for (const village of changed) chunks.set(village.area, village)
  for (const area of removed) chunks.delete(area)
  cache = null
  hold()
}

function computedNow(): Computed {
  const inputs = [held.value, outbox.list.value, outbox.onTheWay.value, fetched.value.dictionary]
  if (cache && inputs.every((input, place) => input === cachedFor[place])) return cache
  const records = [...outbox.onTheWay.value, ...outbox.list.value].sort(
    (one, other) => one.sequence - other.sequence,
  )
  const laid = new Map<string, Laid[]>()
  for (const record of records) {
    for (const entity of Object.keys(record.answers)) {
      laid.set(entity, [...(laid.get(entity) ?? []), record])
    }
  }
  cachedFor = inputs
  cache = {
    records,
    laid,
    entities: new Map(),
    members: null,
    households: null,
    findable: null,
    reviews: null,
  }
  return cache
}

/** Any entity by its id, as this phone shows it. */
function entity(id: string): Entity | undefined {
  const now = computedNow()
  const ready = now.entities.get(id)
  if (ready) return ready
  const row = held.value.rows.get(id)
  const records = now.laid.get(id) ?? []
  const first = records[0]
  if (!row && !first) return undefined
  const base = row
    ? fromRow(row)
    : freshEntity(id, first?.answers[id]?.register ?? '', first?.area ?? '')
  const shown = records.reduce(
    (under, record) => layOver(under, record, fetched.value.dictionary),
    base,
  )
  now.entities.set(id, shown)
  return shown
}

function idsOf(register: string): string[] {
  const now = computedNow()
  const ids: string[] = []
  for (const row of held.value.rows.values()) if (row.kind === register) ids.push(row.id)
  for (const [id, records] of now.laid) {
    if (!held.value.rows.has(id) && records[0]?.answers[id]?.register === register) ids.push(id)
  }
  return ids
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

const collator = new Intl.Collator('zh-Hans-CN', { numeric: true })

/** All households, or those of one village, by group and address. */
function households(area?: string): Entity[] {
  const now = computedNow()
  now.households ??= idsOf(known.HOUSEHOLDS)
    .flatMap((id) => entity(id) ?? [])
    .map((one) => ({
      one,
      key: [known.GROUP_NAME, known.ADDRESS, known.HOUSEHOLD_NO]
        .map((property) => text(one, property))
        .join('\n'),
    }))
    .sort((a, b) => collator.compare(a.key, b.key))
    .map(({ one }) => one)
  return area === undefined ? now.households : now.households.filter((one) => one.area === area)
}

/** The server's rows of all households, for what does not need what lies over them. */
function householdRows(): EntityRow[] {
  return [...held.value.rows.values()].filter((row) => row.kind === known.HOUSEHOLDS)
}

function household(id: string): Entity | undefined {
  const found = entity(id)
  return found?.register === known.HOUSEHOLDS ? found : undefined
}

/** The members by household. Read from the rows where nothing lies over them, which is nearly everywhere. */
function memberIds(): Map<string, string[]> {
  const now = computedNow()
  if (now.members) return now.members
  const members = new Map<string, string[]>()
  for (const id of idsOf(known.PERSONS)) {
    const row = now.laid.has(id) ? undefined : held.value.rows.get(id)
    const value = row ? row.units[known.HOUSEHOLD]?.[0] : text(entity(id), known.HOUSEHOLD)
    if (typeof value !== 'string' || value === '') continue
    const list = members.get(value)
    if (list) list.push(id)
    else members.set(value, [id])
  }
  now.members = members
  return members
}

/** The household's members as a household book lists them: head, spouse, children; those who have left only with `all`. */
function members(householdId: string, all = false): Entity[] {
  const head = headId(householdId)
  return (memberIds().get(householdId) ?? [])
    .flatMap((id) => entity(id) ?? [])
    .filter((one) => all || text(one, known.MEMBER_STATUS) !== known.REMOVED)
    .sort((one, other) => bookOrder(one, head).localeCompare(bookOrder(other, head)))
}

/** Relation codes (GB/T 4761) stand in the order of a household book; of equals the elder comes first. */
function bookOrder(one: Entity, head: string | undefined): string {
  const place = one.id === head ? '0' : '1'
  return [
    place,
    text(one, known.RELATION) || '99',
    text(one, known.BIRTH_DATE) || '9',
    one.id,
  ].join(' ')
}

function headId(householdId: string): string | undefined {
  const ids = memberIds().get(householdId) ?? []
  const named = text(entity(householdId), known.HEAD)
  if (named !== '' && ids.includes(named)) return named
  return ids.find((id) => text(entity(id), known.RELATION) === known.RELATION_HEAD) ?? ids[0]
}

/** The head's name, by which people call the household; '' where nobody is known yet. */
function nameOf(householdId: string): string {
  const head = headId(householdId)
  return head ? text(entity(head), known.PERSON_NAME) : ''
}

/** What kind of household it is, in words (脱贫户 …); '' where it is not known. */
function typeOf(of: Entity): string {
  const code = text(of, known.HOUSEHOLD_TYPE)
  return code && labelOf(fetched.value.dictionary, known.HOUSEHOLDS, known.HOUSEHOLD_TYPE, code)
}

/** Group and address as one would say them: 2组14号. Where neither is known, the end of the household's number. */
function addressOf(of: Entity): string {
  const group = text(of, known.GROUP_NAME)
  const address = text(of, known.ADDRESS)
  const number = text(of, known.HOUSEHOLD_NO)
  if (group === '' && address === '') return number && `编号 ${number.slice(-SERIAL_DIGITS)}`
  return address.startsWith(group) ? address : `${group} ${address}`.trim()
}

function sizeOf(of: Entity): number {
  const derived = of.derived['family_size']
  const unsent = members(of.id).some((member) => Object.keys(member.own).length > 0)
  return typeof derived === 'number' && !unsent ? derived : members(of.id).length
}

function findable(): Findable[] {
  const now = computedNow()
  now.findable ??= households().map((one) => {
    const persons = members(one.id)
    return {
      household: one.id,
      area: one.area,
      names: persons.map((person) => text(person, known.PERSON_NAME).toLowerCase()),
      initials: persons.map(
        (person, place) => person.initials || (place === 0 ? one.initials : ''),
      ),
      last4: persons.map((person) =>
        (person.masked[known.ID_NUMBER] ?? text(person, known.ID_NUMBER).slice(-4)).toLowerCase(),
      ),
      number: text(one, known.HOUSEHOLD_NO),
      address: addressOf(one).toLowerCase(),
    }
  })
  return now.findable
}

/** Households by a member's name, pinyin initials, last four of an ID number, household number or address. */
function search(query: string, area?: string): Hit[] {
  return find(findable(), query, area)
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
  return now.reviews.get(householdId) ?? []
}

/** What became of one submission; undefined until a pull has brought it. */
function review(instanceId: string): ReviewRow | undefined {
  return held.value.reviews.get(instanceId)
}

function reviews(): ReviewRow[] {
  return [...held.value.reviews.values()]
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
  householdRows,
  household,
  members,
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
}
