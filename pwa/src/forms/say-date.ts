/** Dates as people say them, where they may be blank. */
import { sayDay } from '@/shared/dates'

/** `10月16日`, with the year where it is not this one; anything that is no date stays as it is. */
export function monthDay(date: string): string {
  return /^\d{4}-\d{2}-\d{2}/.test(date) ? sayDay(date.slice(0, 10)) : date
}

/** `14:32` by the phone's clock. */
export function clock(time: Date): string {
  return `${String(time.getHours()).padStart(2, '0')}:${String(time.getMinutes()).padStart(2, '0')}`
}
