/** Times as a picker has them and as an instance holds them. */
import { localTime } from '../build-instance'

const OFFSET = /([+-]\d\d:\d\d|Z)$/

/** `08:31` or `2026-11-22T08:31` with seconds and the offset that the phone has on that day; `` for what is no time. */
export function atOffset(picked: string): string {
  const time = /^(?:(\d{4}-\d\d-\d\d)T)?(\d\d:\d\d)/.exec(picked)
  if (!time) return ''
  const moment = time[1] ? new Date(picked) : new Date()
  const offset = OFFSET.exec(localTime(moment))?.[1] ?? ''
  return `${time[0]}:00.000${offset}`
}

/** To the minute, as it was picked. */
export function withoutOffset(value: string): string {
  return /^(?:\d{4}-\d\d-\d\dT)?\d\d:\d\d/.exec(value)?.[0] ?? ''
}
