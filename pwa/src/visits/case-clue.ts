/** The monitoring case that a household has, or the id of the next one: whoever first sees a risk begins the same. */
import { registers } from '@/device'
import { derivedId } from '@/device/derived-id'

const OVER = new Set<unknown>(['not_admitted', 'cleared', 'closed'])

/** `open_case`: the one that runs, `` where none does; `next_case`: what another one would be called on every phone. */
export async function caseClue(
  household: string,
): Promise<{ open_case: string; next_case: string }> {
  const cases = registers.of('cases', household)
  const running = cases.find(({ derived }) => !OVER.has(derived.state))
  const next = await derivedId('case', household, String(cases.length + 1))
  return { open_case: running?.id ?? '', next_case: next }
}
