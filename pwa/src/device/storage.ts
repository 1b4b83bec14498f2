/** How safely and how fully the browser keeps what was recorded. */

export interface StorageState {
  /** The browser promised not to clear it by itself; null: it cannot say. */
  persistent: boolean | null
  used_bytes: number | null
  quota_bytes: number | null
}

/** Ask the browser never to clear this app's storage by itself. It may say no. */
export async function askToPersist(): Promise<boolean | null> {
  if (!navigator.storage?.persist) return null
  return (await navigator.storage.persisted()) || navigator.storage.persist()
}

export async function storageState(): Promise<StorageState> {
  if (!navigator.storage?.estimate) return { persistent: null, used_bytes: null, quota_bytes: null }
  const [persistent, { usage, quota }] = await Promise.all([
    navigator.storage.persisted?.() ?? null,
    navigator.storage.estimate(),
  ])
  return { persistent, used_bytes: usage ?? null, quota_bytes: quota ?? null }
}
