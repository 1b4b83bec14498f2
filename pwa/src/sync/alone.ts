/** One tab at a time may speak with the server for a person. */

const NAME = 'yihu-sync'

// Browsers before 2022 lack locks: there two tabs may send the same twice, which changes nothing.
const locks: LockManager | undefined = navigator.locks

/** Run unless another tab is at it; null when it is. */
export async function ifAlone<T>(run: () => Promise<T>): Promise<T | null> {
  if (!locks) return run()
  const result: unknown = await locks.request(NAME, { ifAvailable: true }, (lock) =>
    lock === null ? null : run(),
  )
  return result as T | null
}

/** Run when no tab is at it any more. */
export async function onceAlone(run: () => Promise<void>): Promise<void> {
  if (locks) await locks.request(NAME, run)
  else await run()
}
