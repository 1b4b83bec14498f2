/** Before this window lets go (a new version, another person, signing out), what is being typed goes to the disk. */

const running = new Set<() => Promise<boolean>>()

/** Have something done before the window lets go; false: it could not be. Returns how to take that back. */
export function onSettle(run: () => Promise<boolean>): () => void {
  running.add(run)
  return () => void running.delete(run)
}

/** True when everything that was typed is on the disk; false: something is in this window only. */
export async function settle(): Promise<boolean> {
  const done = await Promise.all([...running].map((run) => run()))
  return !done.includes(false)
}
