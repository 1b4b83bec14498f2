/** One window at a time has a draft open. */

/** A window that was just left needs a moment to let go. */
const WAIT_MS = 600

const held = new Map<string, () => void>()

// Browsers before 2022 lack locks: there the draft's revision alone keeps two windows apart.
const locks: LockManager | undefined = navigator.locks

/** Take a draft for this window. False: another window has it open. */
export async function holdDraft(id: string): Promise<boolean> {
  if (!locks || held.has(id)) return true
  return new Promise<boolean>((resolve) => {
    const until = new Promise<void>((letGo) => held.set(id, letGo))
    const hold = () => {
      resolve(true)
      return until
    }
    locks
      .request(`yihu-draft-${id}`, { signal: AbortSignal.timeout(WAIT_MS) }, hold)
      .then(null, () => {
        held.delete(id)
        resolve(false)
      })
  })
}

/** The draft is no longer open here. */
export function releaseDraft(id: string): void {
  held.get(id)?.()
  held.delete(id)
}
