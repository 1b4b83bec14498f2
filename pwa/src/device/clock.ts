/**
 * The server's clock, as far as this phone knows it.
 *
 * A phone may be set wrong by minutes or by years. What it records carries its own time, and the office is told how far
 * off that was; but what the phone itself computes (what is due, what may be let go) must not hang on it.
 */
import { ref } from 'vue'

const KEY = 'yihu.clock-error'

/** Less is the way of a message, not a wrong clock. */
const NOTABLE_MS = 2 * 60_000

function stored(): number {
  const value = Number(localStorage.getItem(KEY) ?? 0)
  return Number.isFinite(value) ? value : 0
}

/** By how much this phone's clock is ahead of the server's (negative: behind), when they last spoke. */
export const clockError_ms = ref(stored())

export function noteClockError(error_ms: number): void {
  const notable = Math.abs(error_ms) < NOTABLE_MS ? 0 : Math.round(error_ms)
  // The way takes its time: small changes are no news.
  if (Math.abs(notable - clockError_ms.value) < NOTABLE_MS / 2) return
  clockError_ms.value = notable
  localStorage.setItem(KEY, String(notable))
}

/** Compare with the moment that an answer says it was made; asked and answered by this phone's clock. */
export function compareClocks(made: string | null, asked_ms: number, answered_ms: number): void {
  const moment = made === null ? NaN : Date.parse(made)
  if (Number.isNaN(moment)) return
  if (moment > answered_ms) noteClockError(answered_ms - moment)
  else noteClockError(Math.max(0, asked_ms - moment))
}

/** Now, by the server's clock. */
export function serverNow(): Date {
  return new Date(Date.now() - clockError_ms.value)
}

/** Now, but never after what the server calls now: a record must not be dated in the future. */
export function recordingTime(): Date {
  return new Date(Math.min(Date.now(), serverNow().getTime()))
}
