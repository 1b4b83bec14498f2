/** What has waited for a network for too long. */
import { computed, ref } from 'vue'
import { serverNow } from './clock'
import { outbox } from './outbox'

/** Then somebody must look for a network, or carry it by hand. */
const TOO_LONG_MS = 72 * 60 * 60 * 1000

const LOOK_EVERY_MS = 10 * 60 * 1000

const now = ref(serverNow())

/** The ids of records that something of has been on this phone only for more than 72 hours, by the server's clock. */
export const waitingLong = computed(() => {
  const before = now.value.getTime() - TOO_LONG_MS
  const kept = [
    ...outbox.list.value.map((item) => [item.instance_id, item.kept_at] as const),
    ...outbox.uploads.value.map((file) => [file.owner, file.kept_at] as const),
  ]
  const old = kept.filter(([, at]) => at !== undefined && Date.parse(at) < before)
  return new Set(old.map(([id]) => id))
})

export function lookAtWaiting(): void {
  now.value = serverNow()
}

/** Look at the clock now and then: nothing else changes while a phone lies in a drawer. */
export function followWaiting(): void {
  lookAtWaiting()
  setInterval(lookAtWaiting, LOOK_EVERY_MS)
  document.addEventListener('visibilitychange', lookAtWaiting)
}
