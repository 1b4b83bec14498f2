/** How safely and how fully the browser keeps what was recorded. */
import { shallowRef, watch } from 'vue'
import { storageProblem } from './keep'
import { makeRoom, outbox } from './outbox'
import { session } from './session'

export interface StorageState {
  /** The browser promised not to clear it by itself; null: it cannot say. */
  persistent: boolean | null
  used_bytes: number | null
  quota_bytes: number | null
}

/** Photos leave this much free, so that text can be saved when no photo can. */
const KEPT_FOR_TEXT_BYTES = 8 * 1024 * 1024

/** As it was when somebody last looked. */
export const storage = shallowRef<StorageState | null>(null)

/** Ask the browser never to clear this app's storage by itself. It may say no. */
export async function askToPersist(): Promise<boolean | null> {
  if (!navigator.storage?.persist) return null
  const granted = (await navigator.storage.persisted()) || (await navigator.storage.persist())
  await lookAtStorage()
  return granted
}

export async function lookAtStorage(): Promise<StorageState> {
  storage.value = await storageState()
  return storage.value
}

async function storageState(): Promise<StorageState> {
  if (!navigator.storage?.estimate) return { persistent: null, used_bytes: null, quota_bytes: null }
  const [persistent, { usage, quota }] = await Promise.all([
    navigator.storage.persisted?.() ?? null,
    navigator.storage.estimate(),
  ])
  return { persistent, used_bytes: usage ?? null, quota_bytes: quota ?? null }
}

async function hasRoom(bytes: number): Promise<boolean> {
  const { used_bytes, quota_bytes } = await storageState()
  if (used_bytes === null || quota_bytes === null) return true
  return quota_bytes - used_bytes >= bytes + KEPT_FOR_TEXT_BYTES
}

/** Whether a photo may be kept: old photos that the server has go first, and the room for text is never touched. */
export async function roomForPhoto(bytes: number): Promise<boolean> {
  if (await hasRoom(bytes)) return true
  await makeRoom()
  return hasRoom(bytes)
}

let making = false

/** The storage is full: let go of photos that the server has had for a while. */
async function react(problem: typeof storageProblem.value): Promise<void> {
  if (problem !== 'full' || making || session.value === null) return
  making = true
  await makeRoom()
  // Room was made, but what could not be saved is still not saved: that must stay visible.
  storageProblem.value = problem
  await lookAtStorage()
  making = false
}

/** Make room when the storage is full; ask for lasting storage when there is something to last. */
export function watchStorage(): void {
  watch(storageProblem, react)
  let asked = false
  watch(outbox.list, (now, before) => {
    if (asked || now.length <= before.length) return
    asked = true
    void askToPersist()
  })
}
