/**
 * The server's clock, as far as this phone knows it.
 *
 * A phone may be set wrong by minutes or by years, and be set right between two uses. What it records carries its own
 * time, and the office is told how far off that was; but what the phone itself computes (what is due, what may be let
 * go) must not hang on it. So each contact with the server is remembered by both clocks, and time is counted from the
 * last one; what is deleted is measured against the last contact itself, which no jump of this phone's clock can move.
 */
import { computed, ref } from 'vue'

const KEY = 'yihu.contact'

/** Less is the way of a message, not a wrong clock. */
const NOTABLE_MS = 2 * 60_000

const DAY_MS = 24 * 60 * 60 * 1000

/** Nobody is without any network for longer; a clock that says so is wrong. */
const LONGEST_SILENCE_MS = 180 * DAY_MS

/** One moment by both clocks. */
interface Contact {
  server_ms: number
  phone_ms: number
}

function isContact(value: unknown): value is Contact {
  return typeof value === 'object' && value !== null && 'server_ms' in value && 'phone_ms' in value
}

function stored(): Contact | null {
  const value: unknown = JSON.parse(localStorage.getItem(KEY) ?? 'null')
  return isContact(value) ? value : null
}

const contact = ref<Contact | null>(stored())

/** By how much this phone's clock was ahead of the server's (negative: behind), when they last spoke. */
export const clockError_ms = computed(() =>
  contact.value === null ? 0 : contact.value.phone_ms - contact.value.server_ms,
)

/** Half a year from everything that was known: the server's own clock jumped. What it says is then not remembered. */
function isIncredible({ server_ms, phone_ms }: Contact): boolean {
  const last = contact.value
  if (last === null) return false
  const known = [last.server_ms, phone_ms, serverNow(phone_ms).getTime()]
  return known.every((ms) => Math.abs(server_ms - ms) > LONGEST_SILENCE_MS)
}

/** What the server said of this phone's clock, just now. */
export function noteClockError(error_ms: number): void {
  const phone_ms = Date.now()
  const notable = Math.abs(error_ms) < NOTABLE_MS ? 0 : Math.round(error_ms)
  const made = { server_ms: phone_ms - notable, phone_ms }
  if (isIncredible(made)) return
  // Each answer of a round says the same: the disk need not hear of all of them.
  const before = contact.value
  const news = before === null || Math.abs(made.server_ms - before.server_ms) > 60_000
  if (!news && Math.abs(notable - clockError_ms.value) < NOTABLE_MS / 2) return
  contact.value = made
  localStorage.setItem(KEY, JSON.stringify(made))
}

/** Compare with the moment that an answer says it was made; asked and answered by this phone's clock. */
export function compareClocks(made: string | null, asked_ms: number, answered_ms: number): void {
  const moment = made === null ? NaN : Date.parse(made)
  if (Number.isNaN(moment)) return
  if (moment > answered_ms) noteClockError(answered_ms - moment)
  else noteClockError(Math.max(0, asked_ms - moment))
}

/**
 * Now, by the server's clock.
 *
 * Since the last contact the phone's clock may have gone on as it was, or have been set right: whichever says that less
 * time has passed is believed. One that was set back says nothing, and then it is still the moment of the contact.
 */
export function serverNow(phone_ms: number = Date.now()): Date {
  const last = contact.value
  if (last === null) return new Date(phone_ms)
  const passed = [phone_ms - last.phone_ms, phone_ms - last.server_ms].filter((ms) => ms >= 0)
  return new Date(last.server_ms + (passed.length > 0 ? Math.min(...passed) : 0))
}

/** The server's time when it was last heard of: certainly past. The present where it never was. */
export function lastContact(): Date {
  return new Date(contact.value?.server_ms ?? Date.now())
}

/** Now, but never after what the server calls now: a record must not be dated in the future. */
export function recordingTime(): Date {
  return new Date(Math.min(Date.now(), serverNow().getTime()))
}

/** What time it should be, when this phone's clock is off by more than a day; null when it may be right. */
export function rightTime(phone_ms: number = Date.now()): Date | null {
  const last = contact.value
  if (last === null) return null
  const now = serverNow(phone_ms)
  const silent = phone_ms - last.server_ms
  const wrong = Math.abs(phone_ms - now.getTime()) > DAY_MS || silent > LONGEST_SILENCE_MS
  return wrong ? now : null
}
