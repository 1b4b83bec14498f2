/** Small facts about what was fetched: cursor, dictionary, last synchronisation. */
import { shallowRef } from 'vue'
import { copies } from './database'
import type { Dictionary } from './records'

export interface Fetched {
  cursor: string | null
  epoch: string | null
  dictionary: Dictionary | null
  /** When the phone and the server last had the same, as ISO text. */
  synchronized_at: string | null
  /** The highest feed number that a pull has brought. */
  reached: number
}

const EMPTY: Fetched = {
  cursor: null,
  epoch: null,
  dictionary: null,
  synchronized_at: null,
  reached: 0,
}

/** What was fetched; its `dictionary` says what the properties are. */
export const fetched = shallowRef<Fetched>(EMPTY)

export async function loadFetched(): Promise<void> {
  const stored = await copies().meta.toArray()
  fetched.value = { ...EMPTY, ...Object.fromEntries(stored.map(({ key, value }) => [key, value])) }
}

/** Write some of the facts; inside a transaction on `meta` they are written with the rest or not at all. */
export async function putFetched(part: Partial<Fetched>): Promise<void> {
  await copies().meta.bulkPut(Object.entries(part).map(([key, value]) => ({ key, value })))
}
