/** Records that are being filled in. Saved at every answer, on the disk before it is said so. */
import { computed, shallowRef } from 'vue'
import { announce } from './changed'
import { records } from './database'
import { keep, type Kept } from './keep'
import type { Draft } from './records'

const all = shallowRef<Draft[]>([])

/** The drafts, the one saved last first. */
const list = computed(() => all.value)

export async function loadDrafts(): Promise<void> {
  all.value = await records().drafts.orderBy('saved_at').reverse().toArray()
}

/** Keep a draft as it stands now. `ok: false` means: not kept, tell the person. */
async function save(draft: Draft): Promise<Kept<Draft>> {
  // A plain copy: reactive proxies cannot be stored.
  const saved: Draft = {
    ...(JSON.parse(JSON.stringify(draft)) as Draft),
    saved_at: new Date().toISOString(),
  }
  const kept = await keep(() => records().drafts.put(saved))
  if (!kept.ok) return kept
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
  const { drafts, blobs } = records()
  const kept = await keep(() =>
    records().transaction('rw', drafts, blobs, async () => {
      await drafts.delete(id)
      await blobs.where({ owner: id }).delete()
    }),
  )
  await loadDrafts()
  announce('records')
  return kept
}

/** The drafts about a household. */
function of(household: string): Draft[] {
  return all.value.filter((draft) => draft.household === household)
}

export const drafts = { list, of, save, get, remove }
