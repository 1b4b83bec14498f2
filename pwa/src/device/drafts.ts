/** Records that are being filled in. Saved at every answer, on the disk before it is said so. */
import { computed, shallowRef } from 'vue'
import { announce } from './changed'
import { records } from './database'
import { wholeOf } from './held'
import { keep, type Kept } from './keep'
import type { Draft } from './records'

const all = shallowRef<Draft[]>([])

/** The drafts, the one saved last first. */
const list = computed(() => all.value)

export async function loadDrafts(): Promise<void> {
  all.value = await records().drafts.orderBy('saved_at').reverse().toArray()
}

export function forgetDrafts(): void {
  all.value = []
}

/** `elsewhere`: another window changed or ended this draft; what stands there is left alone. */
export type KeptDraft = Kept<Draft> | { ok: false; problem: 'elsewhere' }

/**
 * Keep a draft as it stands now. `ok: false` means: not kept, tell the person.
 *
 * The draft's `revision` counts its saves; it is refused when somebody else saved, finished or removed it meanwhile.
 */
async function save(draft: Draft): Promise<KeptDraft> {
  const before = draft.revision ?? 0
  // A plain copy: reactive proxies cannot be stored.
  const saved: Draft = {
    ...(JSON.parse(JSON.stringify(draft)) as Draft),
    revision: before + 1,
    saved_at: new Date().toISOString(),
  }
  const { drafts, outbox, sent } = records()
  const kept = await keep(() =>
    records().transaction('rw', drafts, outbox, sent, async () => {
      const stored = (await drafts.get(saved.id))?.revision ?? 0
      const ended = (await outbox.get(saved.id)) ?? (await sent.get(saved.id))
      if (stored !== before || ended) return false
      await drafts.put(saved)
      return true
    }),
  )
  if (!kept.ok) return kept
  if (!kept.value) return { ok: false, problem: 'elsewhere' }
  draft.revision = saved.revision
  all.value = [saved, ...all.value.filter(({ id }) => id !== saved.id)]
  announce('records')
  return { ok: true, value: saved }
}

/** The draft as it is on the disk. */
async function get(id: string): Promise<Draft | undefined> {
  return records().drafts.get(id)
}

/** Throw a draft away, with its photos. */
async function remove(id: string): Promise<Kept<void>> {
  const { drafts, blobs, outbox, sent } = records()
  const kept = await keep(() =>
    records().transaction('rw', drafts, blobs, outbox, sent, async () => {
      await drafts.delete(id)
      // Finished in another window meanwhile: the photos are the record's now.
      if ((await outbox.get(id)) ?? (await sent.get(id))) return
      await blobs.where({ owner: id }).delete()
    }),
  )
  await loadDrafts()
  announce('records')
  return kept
}

/** The drafts about a household. */
function of(household: string): Draft[] {
  return all.value.filter((draft) => wholeOf(draft.household ?? '') === household)
}

export const drafts = { list, of, save, get, remove }
