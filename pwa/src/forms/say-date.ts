/** Dates as people say them. */

/** `10月16日`; with the year where it is not this one. Takes `2026-10-16…`; anything else stays as it is. */
export function monthDay(date: string, today = new Date()): string {
  const match = /^(\d{4})-(\d{2})-(\d{2})/.exec(date)
  if (!match) return date
  const [, year, month, day] = match
  const words = `${Number(month)}月${Number(day)}日`
  return Number(year) === today.getFullYear() ? words : `${year}年${words}`
}

/** `14:32` by the phone's clock. */
export function clock(time: Date): string {
  return `${String(time.getHours()).padStart(2, '0')}:${String(time.getMinutes()).padStart(2, '0')}`
}
