/** Small facts about what was fetched: cursor, dictionary, last synchronisation. */
import { shallowRef } from 'vue'
import { copies } from './database'
import type { Dictionary, FormInForce } from './records'

export interface Fetched {
  /** Where pulling goes on; null before the first synchronisation, '' where there is no village to pull. */
  cursor: string | null
  epoch: string | null
  dictionary: Dictionary | null
  /** The form versions with which new records begin; null: not fetched yet. */
  in_force: FormInForce[] | null
  /** When the phone and the server last had the same, as ISO text. */
  synchronized_at: string | null
  /** Everything was taken anew: what was sent before must be offered to the server once more. */
  offering: boolean
  /** The day on which the profile was asked for, by the server's clock. */
  profile_on: string | null
  /** The highest feed number that a pull has brought. */
  reached: number
  /** What the server was last told of this phone's drafts. */
  drafts_told: string
}

const EMPTY: Fetched = {
  cursor: null,
  epoch: null,
  dictionary: null,
  in_force: null,
  synchronized_at: null,
  offering: false,
  profile_on: null,
  reached: 0,
  drafts_told: '',
}

/** What was fetched; its `dictionary` says what the properties are. */
export const fetched = shallowRef<Fetched>(EMPTY)

export async function loadFetched(): Promise<void> {
  const stored = await copies().meta.toArray()
  const now = Object.fromEntries(stored.map(({ key, value }) => [key, value])) as Partial<Fetched>
  const before = fetched.value.dictionary
  fetched.value = { ...EMPTY, ...now }
  // The same dictionary stays the same object: what was computed with it still holds.
  if (before !== null && JSON.stringify(before) === JSON.stringify(now.dictionary))
    fetched.value.dictionary = before
}

export function forgetFetched(): void {
  fetched.value = EMPTY
}

/** Write some of the facts, and know them at once. */
export async function noteFetched(part: Partial<Fetched>): Promise<void> {
  await putFetched(part)
  fetched.value = { ...fetched.value, ...part }
}

/** Write some of the facts; inside a transaction on `meta` they are written with the rest or not at all. */
export async function putFetched(part: Partial<Fetched>): Promise<void> {
  await copies().meta.bulkPut(Object.entries(part).map(([key, value]) => ({ key, value })))
}
