/** The year that an account is about. */
import { dayOf } from '@/shared/dates'

export interface Period {
  period_start: string
  period_end: string
}

/** The newest accounting year that is over; `begins`: month and day on which one begins, 10-01. */
export function yearOver(today: string, begins: string): Period {
  const year = Number(today.slice(0, 4))
  const starts = today.slice(5) >= begins ? year - 1 : year - 2
  return { period_start: `${starts}-${begins}`, period_end: dayBefore(`${starts + 1}-${begins}`) }
}

/** The twelve months that end with the month before. */
export function twelveMonths(today: string): Period {
  const [year = 0, month = 1] = today.split('-').map(Number)
  const first = dayOf(new Date(year, month - 1, 1))
  return { period_start: dayOf(new Date(year - 1, month - 1, 1)), period_end: dayBefore(first) }
}

function dayBefore(day: string): string {
  const [year = 0, month = 1, date = 1] = day.split('-').map(Number)
  return dayOf(new Date(year, month - 1, date - 1))
}
