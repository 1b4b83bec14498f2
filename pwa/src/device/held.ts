/** The server's rows in memory, village by village, and which names of entities mean the same. */
import { shallowRef, triggerRef } from 'vue'
import { copies } from './database'
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

/** Read all villages, at the start or after another tab synchronised. */
export async function loadRegisters(): Promise<void> {
  const stored = await copies().villages.toArray()
  chunks = new Map(stored.map((village) => [village.area, village]))
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
