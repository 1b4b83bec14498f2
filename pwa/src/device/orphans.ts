/** Photos of which neither draft nor record is left: one was thrown away under a photo that was being kept, a save broke off. */
import { records } from './database'
import { ifNobodyHolds } from './hold'
import { attempt, type Kept } from './keep'

/** Clear them away. What a draft, an open form, a record or an upload still needs stays, in whichever window. */
export async function sweepOrphans(): Promise<Kept<void>> {
  return attempt(async () => {
    for (const owner of await orphans()) await ifNobodyHolds(owner, () => sweep(owner))
  })
}

/** The owners of photos that nothing on this phone names. */
async function orphans(): Promise<string[]> {
  const { blobs, drafts, outbox, sent, uploads } = records()
  const [owners, ...needed] = await Promise.all([
    blobs.orderBy('owner').uniqueKeys(),
    drafts.toCollection().primaryKeys(),
    outbox.toCollection().primaryKeys(),
    sent.toCollection().primaryKeys(),
    uploads.orderBy('owner').uniqueKeys(),
  ])
  const kept = new Set<unknown>(needed.flat())
  return owners.map(String).filter((owner) => !kept.has(owner))
}

/** Looked at once more, in one go with the deleting: it may have been saved meanwhile. */
async function sweep(owner: string): Promise<void> {
  const { blobs, drafts, outbox, sent, uploads } = records()
  await records().transaction('rw', blobs, drafts, outbox, sent, uploads, async () => {
    if ((await orphans()).includes(owner)) await blobs.where({ owner }).delete()
  })
}
