/** One window at a time has a draft open. */

/** A window that was just left needs a moment to let go. */
const TRIES = 4
const BETWEEN_MS = 200

const held = new Map<string, () => void>()

// Browsers before 2022 lack locks: there the draft's revision alone keeps two windows apart.
const locks: LockManager | undefined = navigator.locks

const lockOf = (id: string) => `yihu-draft-${id}`

/** Take a draft for this window. False: another window has it open. */
export async function holdDraft(id: string): Promise<boolean> {
  if (!locks || held.has(id)) return true
  for (let left = TRIES; left > 0; left -= 1) {
    if (await take(locks, id)) return true
    await new Promise((resolve) => setTimeout(resolve, BETWEEN_MS))
  }
  return false
}

/** However long a slow phone needs to answer: it says yes or no, and is not hurried into a no. */
function take(manager: LockManager, id: string): Promise<boolean> {
  return new Promise((resolve) => {
    void manager.request(lockOf(id), { ifAvailable: true }, (lock) => {
      resolve(lock !== null)
      return lock && new Promise<void>((letGo) => held.set(id, letGo))
    })
  })
}

/** Do something with what belongs to a draft, unless a window has it open or this browser cannot tell. */
export async function ifNobodyHolds(id: string, run: () => Promise<void>): Promise<void> {
  await locks?.request(lockOf(id), { ifAvailable: true }, (lock) => (lock ? run() : undefined))
}

/** The draft is no longer open here. */
export function releaseDraft(id: string): void {
  held.get(id)?.()
  held.delete(id)
}
