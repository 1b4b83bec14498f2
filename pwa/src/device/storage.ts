/** How safely and how fully the browser keeps what was recorded. */
import { shallowRef, watch } from 'vue'
import { isOpen } from './database'
import { storageProblem } from './keep'
import { sweepOrphans } from './orphans'
import { makeRoom, outbox } from './outbox'
import { putByReserve } from './reserve'
import { session } from './session'

export interface StorageState {
  /** The browser promised not to clear it by itself; null: it cannot say. */
  persistent: boolean | null
  used_bytes: number | null
  /** Null where the browser does not tell, or tells everybody the same. */
  quota_bytes: number | null
}

/** What Chromium says to everybody, so that nobody is recognised by his disk. */
const MADE_UP_BYTES = 10 * 1024 ** 3

const LOOK_EVERY_MS = 5 * 60 * 1000

/** As it was when somebody last looked. */
export const storage = shallowRef<StorageState | null>(null)

/** Ask the browser never to clear this app's storage by itself. It may say no. */
export async function askToPersist(): Promise<boolean | null> {
  if (!navigator.storage?.persist) return null
  const granted = (await navigator.storage.persisted()) || (await navigator.storage.persist())
  await lookAtStorage()
  return granted
}

export async function lookAtStorage(): Promise<void> {
  storage.value = await storageState()
}

async function storageState(): Promise<StorageState> {
  if (!navigator.storage?.estimate) return { persistent: null, used_bytes: null, quota_bytes: null }
  const [persistent, { usage = null, quota = null }] = await Promise.all([
    navigator.storage.persisted?.() ?? null,
    navigator.storage.estimate(),
  ])
  const madeUp = quota === MADE_UP_BYTES || quota === MADE_UP_BYTES + (usage ?? 0)
  return { persistent, used_bytes: usage, quota_bytes: madeUp ? null : quota }
}

/** Put room by for text, make some, clear away what nobody needs, and ask for lasting storage when there is something to last. */
export function watchStorage(): void {
  // What could not be saved is still not saved: the problem stays visible until a save succeeds.
  watch(storageProblem, (problem) => {
    if (problem === 'full' && isOpen()) void makeRoom()
  })
  let asked = false
  watch(outbox.list, (now, before) => {
    if (asked || now.length <= before.length) return
    asked = true
    void askToPersist()
  })
  watch(session, () => void putByReserve(), { immediate: true })
  watch(
    () => session.value?.person.id,
    (person) => person !== undefined && void sweepOrphans(),
    { immediate: true },
  )
  setInterval(() => void putByReserve(), LOOK_EVERY_MS)
}
