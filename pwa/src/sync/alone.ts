/** One tab at a time may speak with the server for a person. */

const NAME = 'yihu-sync'

// Browsers before 2022 lack locks: there two tabs may send the same twice, which changes nothing.
const locks: LockManager | undefined = navigator.locks

/** Without locks: settles when this window's own rounds have ended. */
let mine: Promise<unknown> = Promise.resolve()

/** Run unless another tab is at it; null when it is. */
export async function ifAlone<T>(run: () => Promise<T>): Promise<T | null> {
  if (!locks) {
    const going = run()
    mine = Promise.allSettled([mine, going])
    return going
  }
  const result: unknown = await locks.request(NAME, { ifAvailable: true }, (lock) =>
    lock === null ? null : run(),
  )
  return result as T | null
}

/** Run when no tab is at it any more; without locks, when this one is not. */
export async function onceAlone(run: () => Promise<void>): Promise<void> {
  if (locks) {
    await locks.request(NAME, run)
    return
  }
  await mine
  await run()
}
