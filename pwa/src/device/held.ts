/** The server's rows in memory, village by village, and which names of entities mean the same. */
import { ref, shallowRef, triggerRef } from 'vue'
import { copies, openedPerson } from './database'
import * as known from './properties'
import type { Village } from './records'
import { isEntity, isReview, isTask, type EntityRow, type ReviewRow, type TaskRow } from './rows'

/** Everything that was read from the chunks, by id. Replaced as a whole when anything changes. */
export interface Held {
  rows: Map<string, EntityRow>
  reviews: Map<string, ReviewRow>
  tasks: Map<string, TaskRow>
  /** The ids of households by village. */
  households: Map<string, string[]>
  /** The ids of persons by household. */
  members: Map<string, string[]>
  /** The id that stands now for one that the office joined with it. */
  joined: Map<string, string>
}

function nothing(): Held {
  return {
    rows: new Map(),
    reviews: new Map(),
    tasks: new Map(),
    households: new Map(),
    members: new Map(),
    joined: new Map(),
  }
}

let chunks = new Map<string, Village>()
export const held = shallowRef<Held>(nothing())

function newest<T extends { id: string; number: number }>(map: Map<string, T>, row: T): void {
  const other = map.get(row.id)
  // Seen from two villages, the newer state counts.
  if (!other || other.number <= row.number) map.set(row.id, row)
}

function listed(map: Map<string, string[]>, key: string, id: string): void {
  const list = map.get(key)
  if (list) list.push(id)
  else map.set(key, [id])
}

function hold(): void {
  const now = nothing()
  for (const village of chunks.values()) {
    for (const row of village.rows) {
      if (isEntity(row)) newest(now.rows, row)
      else if (isReview(row)) newest(now.reviews, row)
      else if (isTask(row)) newest(now.tasks, row)
    }
  }
  for (const row of now.rows.values()) {
    for (const other of row.joined ?? []) now.joined.set(other, row.id)
    if (row.kind === known.HOUSEHOLDS) listed(now.households, row.area, row.id)
    const home = row.kind === known.PERSONS ? row.units[known.HOUSEHOLD]?.[0] : undefined
    if (typeof home === 'string' && home !== '') listed(now.members, home, row.id)
  }
  held.value = now
  triggerRef(held)
}

/** So many villages are read before the first page is drawn: a town's worth. */
const AT_START = 24

let reading = 0

/** More villages are still being read from the phone's store: what is shown may lack some. */
export const stillReading = ref(false)

/**
 * Read all villages, at the start or after another tab synchronised.
 *
 * Resolves when a town's worth is here, so that a phone with a county opens like any other; the rest follows in pieces,
 * between which the phone answers to the finger.
 */
export async function loadRegisters(): Promise<void> {
  reading += 1
  const areas = await copies().villages.toCollection().primaryKeys()
  chunks = new Map()
  await read(areas.slice(0, AT_START))
  stillReading.value = areas.length > AT_START
  hold()
  if (stillReading.value) void readRest(areas.slice(AT_START), reading)
}

async function read(areas: string[]): Promise<void> {
  const found = await copies().villages.bulkGet(areas)
  for (const village of found) {
    // What was written meanwhile is newer.
    if (village && !chunks.has(village.area)) chunks.set(village.area, village)
  }
}

async function readRest(areas: string[], mine: number): Promise<void> {
  const person = openedPerson()
  for (let from = 0; from < areas.length; from += AT_START) {
    await new Promise((go) => setTimeout(go))
    if (mine !== reading || openedPerson() !== person) return
    await read(areas.slice(from, from + AT_START))
  }
  if (mine !== reading) return
  stillReading.value = false
  hold()
}

/** Forget all of them, also those that are still being read. */
export function forgetRegisters(): void {
  reading += 1
  stillReading.value = false
  chunks = new Map()
  hold()
}

/** Forget the villages that are not among these. */
export function keepOnly(areas: Set<string>): void {
  for (const area of chunks.keys()) if (!areas.has(area)) chunks.delete(area)
  hold()
}

/** Take in villages that were just written. */
export function replaceVillages(changed: Village[]): void {
  for (const village of changed) chunks.set(village.area, village)
  hold()
}

/** The id that stands for an entity now: its own, unless the office joined it with another. */
export function wholeOf(id: string): string {
  return held.value.joined.get(id) ?? id
}
