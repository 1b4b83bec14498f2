/** The eight ones of a person as this phone knows them: what is done, what is due, what is said of them. Pure. */

export const ITEMS = ['hb1', 'hb2', 'hb3', 'hb4', 'hb5', 'hb6', 'hb7', 'hb8'] as const
export type Item = (typeof ITEMS)[number]
export const EXAMINATION: Item = 'hb6'

type Facts = Readonly<Record<string, string>>

/** What of policy matters here: which items come round every year, and from which age the examination does. */
export interface Yearly {
  items: readonly string[]
  examAge: number
}

/** `yearly` of the policy values; without them nothing comes round. */
export function yearlyOf(items: unknown, examAge: unknown): Yearly {
  return {
    items: Array.isArray(items) ? items.map(String) : [],
    examAge: typeof examAge === 'number' ? examAge : Infinity,
  }
}

/** The day from which an item that was done has to be done again; `` if it never has. */
export function againOn(item: Item, on: string, birthDate: string, yearly: Yearly): string {
  if (!isDay(on) || !yearly.items.includes(item)) return ''
  const again = inYears(on, 1)
  if (item !== EXAMINATION) return again
  return isDay(birthDate) && inYears(birthDate, yearly.examAge) <= again ? again : ''
}

/** Whether an item has to be done now: for the first time, or once more. */
export function isDue(status: string, again: string, day: string): boolean {
  return status === 'done' ? again !== '' && again <= day : status !== 'na'
}

function isDay(text: string): boolean {
  return /^\d{4}-\d{2}-\d{2}$/.test(text)
}

/** The same day so many years later; 29 February becomes 1 March. */
function inYears(day: string, years: number): string {
  if (!Number.isFinite(years)) return '9999-12-31'
  const year = Number(day.slice(0, 4)) + years
  const leap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0)
  return day.endsWith('-02-29') && !leap ? `${year}-03-01` : `${year}${day.slice(4)}`
}

export interface Progress {
  done: number
  notDone: number
  na: number
}

/** How far somebody is; statuses: item -> `done`, `not_done`, `na` or blank. */
export function progressOf(statuses: readonly string[]): Progress {
  const count = (status: string) => statuses.filter((one) => one === status).length
  return { done: count('done'), notDone: count('not_done'), na: count('na') }
}

export function sayProgress({ done, notDone, na }: Progress): string {
  return [`已落实 ${done} 项`, notDone && `未落实 ${notDone}`, na && `不适用 ${na}`]
    .filter(Boolean)
    .join('，')
}

/** The class of illness that a person's facts say; the heaviest of several. */
export function illnessOf(person: Facts): string {
  const health = new Set((person.health_status ?? '').split(' '))
  if (health.has('serious') || person.serious_disease) return 'serious'
  if (health.has('chronic') || person.chronic_disease) return 'chronic'
  return ''
}

/** Who did an item in some cases, the most frequent first: what a person picks from instead of typing. */
export function usualOrgs(cases: readonly Facts[], item: Item, most = 3): string[] {
  const times = new Map<string, number>()
  for (const facts of cases) {
    const org = facts[`${item}_org`]
    if (org) times.set(org, (times.get(org) ?? 0) + 1)
  }
  return [...times]
    .sort(([one, often], [other, oftener]) => oftener - often || (one < other ? -1 : 1))
    .slice(0, most)
    .map(([org]) => org)
}
