/** Writing to the phone's storage, where a full or broken storage is a value and never goes unseen. */
import { ref } from 'vue'

export type StorageProblem = 'full' | 'broken'
export type Kept<T> = { ok: true; value: T } | { ok: false; problem: StorageProblem }

/** What is wrong with the phone's storage; shown as a banner on every page. */
export const storageProblem = ref<StorageProblem | null>(null)

function isFull(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  const inner = 'inner' in error ? error.inner : null
  return /quota/i.test(`${error.name} ${error.message}`) || (inner !== error && isFull(inner))
}

/** Run a write; its failure is returned, and shown until a later write succeeds. */
export async function keep<T>(write: () => PromiseLike<T>): Promise<Kept<T>> {
  return write().then(
    (value): Kept<T> => {
      storageProblem.value = null
      return { ok: true, value }
    },
    (error: unknown): Kept<T> => {
      const problem = isFull(error) ? 'full' : 'broken'
      storageProblem.value = problem
      return { ok: false, problem }
    },
  )
}
