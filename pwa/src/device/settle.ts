/** Before this window lets go (a new version, another person, signing out), what is being typed goes to the disk. */

const running = new Set<() => Promise<unknown>>()

/** Have something done before the window lets go. Returns how to take that back. */
export function onSettle(run: () => Promise<unknown>): () => void {
  running.add(run)
  return () => void running.delete(run)
}

/** Resolves when everything that was typed is on the disk. */
export async function settle(): Promise<void> {
  await Promise.all([...running].map((run) => run()))
}
