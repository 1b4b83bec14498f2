/** Days typed as digits. Pure. */

/** How many parts a date is asked by: 1 the year, 2 with the month, 3 with the day. */
export function partsAsked(appearance: string): 1 | 2 | 3 {
  const words = appearance.split(' ')
  if (words.includes('year')) return 1
  return words.includes('month-year') ? 2 : 3
}

export function isByParts(appearance: readonly string[]): boolean {
  return ['year', 'month-year', 'no-calendar'].some((word) => appearance.includes(word))
}

export function partsOf(date: string): string[] {
  const parts = /^(\d{4})-(\d\d)-(\d\d)/.exec(date)
  return parts ? [parts[1] ?? '', String(Number(parts[2])), String(Number(parts[3]))] : ['', '', '']
}

/** The day of the parts; the first of the month or year where no more is asked; `` while there is no such day. */
export function dateOf(typed: readonly string[], asked: 1 | 2 | 3): string {
  const [year, month, day] = typed.map((part, index) => (index < asked ? part.trim() : '1'))
  if (!/^\d{4}$/.test(year ?? '') || !/^\d{1,2}$/.test(month ?? '') || !/^\d{1,2}$/.test(day ?? ''))
    return ''
  const date = `${year}-${month?.padStart(2, '0')}-${day?.padStart(2, '0')}`
  const real = new Date(`${date}T00:00:00Z`)
  return !Number.isNaN(real.getTime()) && real.toISOString().startsWith(date) ? date : ''
}
