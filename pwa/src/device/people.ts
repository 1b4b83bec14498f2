/** Who uses this phone. Each has databases of his own; this short list only says whose. */

export interface KnownPerson {
  id: string
  name: string
  username: string
}

const CURRENT = 'yihu.current'
const PEOPLE = 'yihu.people'

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

export function rememberPerson(person: KnownPerson): void {
  const others = people().filter((known) => known.id !== person.id)
  localStorage.setItem(PEOPLE, JSON.stringify([person, ...others]))
}

/** Who uses the phone now, also after it was switched off. */
export function rememberCurrent(id: string): void {
  localStorage.setItem(CURRENT, id)
}

export function forgetPerson(id: string): void {
  localStorage.setItem(PEOPLE, JSON.stringify(people().filter((known) => known.id !== id)))
  if (currentPerson() === id) localStorage.removeItem(CURRENT)
}

/** Nobody is signed in now; what this person recorded stays for when he signs in again. */
export function leaveCurrent(): void {
  localStorage.removeItem(CURRENT)
}
