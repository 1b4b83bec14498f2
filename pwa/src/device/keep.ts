/** Writing to the phone's storage, where a full or broken storage is a value and never goes unseen. */
import { ref } from 'vue'
import { spendReserve } from './reserve'

export type StorageProblem = 'full' | 'broken'
export type Kept<T> = { ok: true; value: T } | { ok: false; problem: StorageProblem }

/** What is wrong with the phone's storage; shown as a banner on every page. */
export const storageProblem = ref<StorageProblem | null>(null)

function isFull(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  const inner = 'inner' in error ? error.inner : null
  return /quota/i.test(`${error.name} ${error.message}`) || (inner !== error && isFull(inner))
}

/** Run a write once, and give its failure back as a value. */
export async function attempt<T>(write: () => PromiseLike<T>): Promise<Kept<T>> {
  return write().then(
    (value): Kept<T> => ({ ok: true, value }),
    (error: unknown): Kept<T> => ({ ok: false, problem: isFull(error) ? 'full' : 'broken' }),
  )
}

/** Run a write; into a full storage once more, with the room that was put by. Its failure is shown until a later one succeeds. */
export async function keep<T>(write: () => PromiseLike<T>): Promise<Kept<T>> {
  let kept = await attempt(write)
  if (!kept.ok && kept.problem === 'full' && (await spendReserve())) kept = await attempt(write)
  storageProblem.value = kept.ok ? null : kept.problem
  return kept
}
