/** Whether this phone's clock can be right, looked at now and then. */
import { shallowRef, watch } from 'vue'
import { rightTime, session } from '@/device'
import { dayOf, sayDay } from './dates'

const LOOK_EVERY_MS = 60_000

/** What the phone shows and what it should show, as days in words; null while it may be right. */
export const clockIsWrong = shallowRef<{ shown: string; right: string } | null>(null)

function look(): void {
  const right = rightTime()
  clockIsWrong.value = right && {
    shown: sayDay(dayOf(new Date()), ''),
    right: sayDay(dayOf(right), ''),
  }
}

export function followClock(): void {
  look()
  setInterval(look, LOOK_EVERY_MS)
  document.addEventListener('visibilitychange', look)
  // Each contact with the server leads to a session or a round: look again then.
  watch(session, look)
}
