/** Who is signed in, with which token and for which villages. */
import { computed, shallowRef } from 'vue'
import { announce } from './changed'
import { records } from './database'
import { attempt, keep, type Kept } from './keep'
import { rememberPerson } from './people'
import type { Area, Session } from './records'

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

export const setPolicy = (policy: Session['policy']) => changeSession({ policy })

/** The value of a policy key, in force now. */
export function policy(key: string): unknown {
  return current.value?.policy[key]
}

export function forgetSession(): void {
  current.value = null
}
