/** Who is signed in, with which token and for which villages. */
import { computed, shallowRef } from 'vue'
import { announce } from './changed'
import { records } from './database'
import { attempt, keep, type Kept } from './keep'
import { rememberPerson } from './people'
import { today } from '@/shared/dates'
import type { Area, Session } from './records'
import type { PolicyRow } from './rows'

const current = shallowRef<Session | null>(null)

/** The session of the person signed in; null before the first sign-in. */
export const session = computed(() => current.value)

/** The phone was signed out from the office: everything is kept, but it must sign in again. */
export const revoked = computed(() => current.value?.revoked === true)

export const villages = computed<Area[]>(() =>
  (current.value?.areas ?? []).filter((area) => area.level === 'village'),
)

export async function loadSession(): Promise<void> {
  current.value = (await records().session.get('session'))?.value ?? null
}

export async function saveSession(value: Session): Promise<Kept<unknown>> {
  const kept = await keep(() => write(value))
  take(value)
  return kept
}

function write(value: Session): PromiseLike<unknown> {
  return records().session.put({ key: 'session', value })
}

function take(value: Session): void {
  current.value = value
  rememberPerson(value.person)
  announce('session')
}

/** The server said more of it. It says so again, so this takes no room from text and clears no warning about one. */
export async function changeSession(part: Partial<Session>): Promise<void> {
  if (current.value === null) return
  const value = { ...current.value, ...part }
  await attempt(() => write(value))
  take(value)
}

export const markRevoked = () => changeSession({ revoked: true })

/** Take in what the office entered, or what came into force. */
export function setPolicy(rows: readonly PolicyRow[]): Promise<void> {
  const now = Object.fromEntries(rows.map((row) => [row.key, row.value]))
  const dated = Object.fromEntries(rows.flatMap((row) => (row.dated ? [[row.key, row.dated]] : [])))
  return changeSession({
    policy: { ...current.value?.policy, ...now },
    policy_dated: { ...current.value?.policy_dated, ...dated },
  })
}

/**
 * The value of a policy key on a day, today unless said otherwise: it changes at midnight, also without a network.
 *
 * area: a village, whose town may have a value of its own.
 */
export function policy(key: string, day = today(), area = ''): unknown {
  const town = current.value?.areas.find(({ code }) => code === area)?.parent
  return (town ? valueOn(`${key}@${town}`, day) : undefined) ?? valueOn(key, day)
}

function valueOn(key: string, day: string): unknown {
  const dated = current.value?.policy_dated?.[key]
  if (!dated) return current.value?.policy[key]
  return dated.filter(([from]) => from <= day).at(-1)?.[1]
}

export function forgetSession(): void {
  current.value = null
}
