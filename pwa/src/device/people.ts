/** Who uses this phone. Each has databases of his own; this short list only says whose, and how to know him again. */
import { isPassword, verifierOf, type Verifier } from './password'

export interface KnownPerson {
  id: string
  name: string
  username: string
  /** Absent until he signed in over the network with this version of the app. */
  verifier?: Verifier
  /** Wrong passwords in a row. */
  wrong?: number
}

const CURRENT = 'yihu.current'
const PEOPLE = 'yihu.people'

/** After so many wrong passwords only the server may say yes. */
const MOST_WRONG = 5

function isKnown(value: unknown): value is KnownPerson {
  return typeof value === 'object' && value !== null && 'id' in value && 'username' in value
}

export function people(): KnownPerson[] {
  const stored: unknown = JSON.parse(localStorage.getItem(PEOPLE) ?? '[]')
  return Array.isArray(stored) ? stored.filter(isKnown) : []
}

export function currentPerson(): string | null {
  return localStorage.getItem(CURRENT)
}

/**
 * Another window signed somebody in or out.
 *
 * Told by the storage itself: a message between windows may come before this window's process sees what was stored.
 */
export function onCurrentChanged(take: () => void): void {
  addEventListener('storage', ({ key }) => {
    if (key === CURRENT || key === null) take()
  })
}

/** Know somebody, or more of somebody known. The one who came last stands first. */
export function rememberPerson(person: KnownPerson): void {
  const before = people().find((known) => known.id === person.id)
  const others = people().filter((known) => known.id !== person.id)
  localStorage.setItem(PEOPLE, JSON.stringify([{ ...before, ...person }, ...others]))
}

/** Who uses the phone now, also after it was switched off. */
export function rememberCurrent(id: string): void {
  localStorage.setItem(CURRENT, id)
}

/** The server let him in with this password: from now on the phone does too. */
export async function rememberPassword(person: KnownPerson, password: string): Promise<void> {
  // Browsers withhold it from addresses without https; there only the server lets people in.
  if (!('subtle' in crypto)) return
  rememberPerson({ ...person, verifier: await verifierOf(password), wrong: 0 })
}

/** Whether this is his password, as far as the phone can say; `unknown`: only the server can. */
export async function checkPassword(
  { id }: KnownPerson,
  password: string,
): Promise<'right' | 'wrong' | 'unknown'> {
  const person = people().find((known) => known.id === id)
  const wrong = person?.wrong ?? 0
  if (!person?.verifier || wrong >= MOST_WRONG) return 'unknown'
  const right = await isPassword(password, person.verifier)
  rememberPerson({ ...person, wrong: right ? 0 : wrong + 1 })
  return right ? 'right' : 'wrong'
}

export function forgetPerson(id: string): void {
  localStorage.setItem(PEOPLE, JSON.stringify(people().filter((known) => known.id !== id)))
  if (currentPerson() === id) leaveCurrent()
}

/** Nobody is signed in now; what this person recorded stays for when he signs in again. */
export function leaveCurrent(): void {
  localStorage.removeItem(CURRENT)
}
