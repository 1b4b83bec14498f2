/** Days and moments as people say them. Days are YYYY-MM-DD in the phone's own time zone. */
import { serverNow } from '@/device/clock'

const DAY_MS = 24 * 60 * 60 * 1000
const two = (n: number) => String(n).padStart(2, '0')

/** The day of a moment, on this phone's calendar. */
export function dayOf(moment: Date): string {
  return `${moment.getFullYear()}-${two(moment.getMonth() + 1)}-${two(moment.getDate())}`
}

/** Today, by the server's clock where this phone's is known to be wrong: what is due hangs on it. */
export function today(): string {
  return dayOf(serverNow())
}

/** The last day of the month of a day. */
export function endOfMonth(day: string): string {
  const [year = 1970, month = 1] = day.split('-').map(Number)
  return dayOf(new Date(year, month, 0))
}

/** How many days `later` lies after `earlier`; negative when before. */
export function daysBetween(earlier: string, later: string): number {
  return Math.round((Date.parse(`${later}T00:00Z`) - Date.parse(`${earlier}T00:00Z`)) / DAY_MS)
}

/** 10月16日, with the year where it is not this one. */
export function sayDay(day: string, now: string = today()): string {
  const [year, month, date] = day.split('-')
  const short = `${Number(month)}月${Number(date)}日`
  return year === now.slice(0, 4) ? short : `${year}年${short}`
}

/** 今天 14:50, 昨天 18:22, 10月12日 09:03. */
export function sayMoment(iso: string, now: Date = new Date()): string {
  const moment = new Date(iso)
  const time = `${two(moment.getHours())}:${two(moment.getMinutes())}`
  const ago = daysBetween(dayOf(moment), dayOf(now))
  if (ago === 0) return `今天 ${time}`
  if (ago === 1) return `昨天 ${time}`
  return `${sayDay(dayOf(moment), dayOf(now))} ${time}`
}

export function sayWeekday(day: string): string {
  return `星期${'日一二三四五六'[new Date(`${day}T12:00`).getDay()]}`
}

export interface SaidDue {
  kind: 'bad' | 'warn' | 'plain'
  icon: 'late' | 'clock'
  text: string
}

/** How urgent a day is: 超 3 天, 今天, 10月19日. */
export function sayDue(day: string, now: string = today()): SaidDue {
  const left = daysBetween(now, day)
  if (left < 0) return { kind: 'bad', icon: 'late', text: `超 ${-left} 天` }
  if (left === 0) return { kind: 'warn', icon: 'clock', text: '今天' }
  return { kind: 'plain', icon: 'clock', text: sayDay(day, now) }
}
