/** Finished records on their way to the server, and those that it has taken. */
import { computed, shallowRef } from 'vue'
import { announce } from './changed'
import { lastContact, serverNow } from './clock'
import { records } from './database'
import { loadDrafts } from './drafts'
import { wholeOf } from './held'
import { attempt, keep, type Kept } from './keep'
import { sweepOrphans } from './orphans'
import type {
  Attachment,
  Outcome,
  OutboxItem,
  SentItem,
  StoredBlob,
  Submission,
  Upload,
} from './records'

/** What is no larger goes before photos: a signature takes a moment, and the paper needs it first. */
const SMALL_BYTES = 64 * 1024

/** How long what was sent is kept, in case the server loses it. */
export const KEPT_DAYS = 90

const DAY_MS = 24 * 60 * 60 * 1000

const waiting = shallowRef<OutboxItem[]>([])
const unreached = shallowRef<SentItem[]>([])
const pending = shallowRef<Upload[]>([])

/** What the server does not have yet, in the order of saving. */
const list = computed(() => waiting.value)

/** What the server has, but no pull has brought back yet. */
const onTheWay = computed(() => unreached.value)

/** Photos that the server does not have yet, also those of records that it has, in the order of sending. */
const uploads = computed(() => pending.value)

/** Records of which something exists on this phone only. */
const unsent = computed(() => {
  const owners = [
    ...waiting.value.map((item) => item.instance_id),
    ...pending.value.map((u) => u.owner),
  ]
  return new Set(owners)
})

/** How many of these the server has the text of: only their photos are missing. */
const photosOnly = computed(() => unsent.value.size - waiting.value.length)

export async function loadOutbox(): Promise<void> {
  const database = records()
  const [items, sent, files] = await Promise.all([
    database.outbox.orderBy('sequence').toArray(),
    database.sent.where({ reached: 0 }).toArray(),
    database.uploads.toArray(),
  ])
  waiting.value = items
  unreached.value = sent.sort((one, other) => one.sequence - other.sequence)
  pending.value = files.sort(inOrder)
}

export function forgetOutbox(): void {
  waiting.value = []
  unreached.value = []
  pending.value = []
}

/** Small files first, then as the records were saved. */
function inOrder(one: Upload, other: Upload): number {
  return (
    Number(one.size > SMALL_BYTES) - Number(other.size > SMALL_BYTES) ||
    (one.sequence ?? 0) - (other.sequence ?? 0) ||
    (one.name < other.name ? -1 : 1)
  )
}

async function changed(): Promise<void> {
  await loadOutbox()
  announce('records')
}

/** The next place in the order of saving; never one that was given before, whatever the clock does. */
async function nextSequence(): Promise<number> {
  const last = await records().outbox.orderBy('sequence').last()
  const before = [last?.sequence ?? 0, ...unreached.value.map((item) => item.sequence)]
  return Math.max(Date.now(), ...before.map((sequence) => sequence + 1))
}

/** A file that lies with another submission on the server: fetched from there when its turn comes. */
export type Elsewhere = Attachment & { from: string }

/**
 * Put a finished record into the outbox, with the photos of its draft, and end the draft: all or nothing.
 *
 * `attachments` are the file names that the instance names; the files must be in `blobs` under the instance id, or be
 * described in `elsewhere`. Adding the same instance again replaces it as long as it waits; one that was sent stays as
 * it was sent.
 */
async function add(
  submission: Omit<Submission, 'attachments'>,
  attachments: string[],
  elsewhere: readonly Elsewhere[] = [],
): Promise<Kept<OutboxItem>> {
  const plain = JSON.parse(JSON.stringify(submission)) as Omit<Submission, 'attachments'>
  const owner = plain.instance_id
  const { outbox, drafts, blobs, uploads, sent } = records()
  const kept = await keep(() =>
    records().transaction('rw', outbox, drafts, blobs, uploads, sent, async () => {
      const gone = await sent.get(owner)
      if (gone) {
        await drafts.delete(owner)
        return toOutbox(gone)
      }
      const stored = await blobs.where({ owner }).toArray()
      const held = new Set(stored.map((blob) => blob.name))
      const named = [
        ...stored.map(withoutBytes),
        ...elsewhere.filter((file) => !held.has(file.name)),
      ].filter((file) => attachments.includes(file.name))
      const files = named.map(({ name, sha256, size, media_type }) => ({
        ...{ name, sha256, size, media_type },
      }))
      const sequence = await nextSequence()
      const kept_at = serverNow().toISOString()
      const item: OutboxItem = {
        ...plain,
        attachments: files,
        sequence,
        kept_at,
        tries: 0,
        problem: null,
      }
      await outbox.put(item)
      await uploads.where({ owner }).delete()
      await uploads.bulkPut(named.map((file) => ({ ...toSend(file, owner, sequence), kept_at })))
      await blobs
        .where({ owner })
        .and((blob) => !attachments.includes(blob.name))
        .delete()
      await drafts.delete(owner)
      return item
    }),
  )
  if (kept.ok) await Promise.all([changed(), loadDrafts()])
  return kept
}

function withoutBytes({ name, sha256, size, media_type }: StoredBlob): Attachment {
  return { name, sha256, size, media_type }
}

function toOutbox(item: SentItem): OutboxItem {
  const { sent_at: _at, outcome: _o, detail: _d, number: _n, reached: _r, ...submission } = item
  return { ...submission, tries: 0, problem: null }
}

function toSend(file: Attachment, owner: string, sequence: number): Upload {
  return { ...file, owner, sequence, url: null, sent_bytes: 0, problem: null }
}

/** The finished records about a household that the server does not have yet. */
function of(household: string): OutboxItem[] {
  return waiting.value.filter((item) => wholeOf(item.household ?? '') === household)
}

export interface Taken {
  instance_id: string
  outcome: Outcome
  number: number | null
  detail: string | null
}

/** The server has these for good: out of the outbox, kept among the sent. Called again, it changes nothing. */
async function markTaken(taken: Taken[]): Promise<void> {
  const { outbox, sent } = records()
  await records().transaction('rw', outbox, sent, async () => {
    for (const { instance_id, outcome, number, detail } of taken) {
      const item = await outbox.get(instance_id)
      if (!item) continue
      const { tries: _tries, problem: _problem, ...submission } = item
      const sent_at = serverNow().toISOString()
      await sent.put({ ...submission, sent_at, outcome, number, detail, reached: 0 })
      await outbox.delete(instance_id)
    }
  })
  await changed()
}

/** A try failed for these; they stay. */
async function markFailed(ids: string[], problem: string | null): Promise<void> {
  await records()
    .outbox.where('instance_id')
    .anyOf(ids)
    .modify((item) => {
      item.tries += 1
      item.problem = problem
    })
  await changed()
}

/** A pull has reached this number: rows up to it already contain what was sent. */
async function markReached(ids: string[]): Promise<void> {
  if (ids.length === 0) return
  await records().sent.where('instance_id').anyOf(ids).modify({ reached: 1 })
  await changed()
}

/** How far a photo is. Noted at every piece, so nothing else is read again. */
async function markUploading(owner: string, name: string, part: Partial<Upload>): Promise<void> {
  await records().uploads.update([owner, name], part)
  pending.value = pending.value.map((file) =>
    file.owner === owner && file.name === name ? { ...file, ...part } : file,
  )
}

/** Offer photos once more that could not be taken: a person asked for it. */
async function offerPhotosAgain(owner: string): Promise<void> {
  await records()
    .uploads.where({ owner })
    .modify((file) => {
      if (file.problem === null) return
      Object.assign(file, { problem: null, url: null, sent_bytes: 0, damaged: 0 })
    })
  await changed()
}

async function markUploaded(owner: string, name: string): Promise<void> {
  await records().uploads.delete([owner, name])
  await changed()
}

/** What the server took in the last 90 days, the latest first. */
async function sent(): Promise<SentItem[]> {
  return records().sent.orderBy('sent_at').reverse().toArray()
}

/** What this phone recorded of a household, waiting or sent in the last 90 days, the oldest first. */
async function allOf(household: string): Promise<Submission[]> {
  const gone = await records().sent.where({ household }).sortBy('sequence')
  return [...gone, ...of(household)]
}

/**
 * A slip: as if these had never been saved. Returns how many that was; what the server was offered already stays.
 *
 * Only while nothing synchronises.
 */
async function takeOut(ids: readonly string[]): Promise<number> {
  const { outbox, blobs, uploads } = records()
  let taken = 0
  await records().transaction('rw', outbox, blobs, uploads, async () => {
    for (const id of ids) {
      const item = await outbox.get(id)
      if (!item || item.tries > 0) continue
      await outbox.delete(id)
      await blobs.where({ owner: id }).delete()
      await uploads.where({ owner: id }).delete()
      taken += 1
    }
  })
  await changed()
  return taken
}

/** The server no longer has these (a backup was restored): back into the outbox, with their photos. */
async function takeBack(ids: string[]): Promise<void> {
  const { outbox, sent, blobs, uploads } = records()
  await records().transaction('rw', outbox, sent, blobs, uploads, async () => {
    for (const item of await sent.where('instance_id').anyOf(ids).toArray()) {
      await outbox.put(toOutbox(item))
      await sent.delete(item.instance_id)
      const stored = await blobs.where({ owner: item.instance_id }).toArray()
      await uploads.bulkPut(
        stored.map((blob) => toSend(withoutBytes(blob), blob.owner, item.sequence)),
      )
    }
  })
  await changed()
}

/** The server has these records but not these photos of theirs: those still kept here are sent again. */
async function takeFilesBack(missing: { instance_id: string; name: string }[]): Promise<void> {
  const { sent, blobs, uploads } = records()
  await records().transaction('rw', sent, blobs, uploads, async () => {
    for (const { instance_id: owner, name } of missing) {
      const blob = await blobs.get([owner, name])
      const item = await sent.get(owner)
      if (!blob || !item || (await uploads.get([owner, name]))) continue
      await uploads.put(toSend(withoutBytes(blob), owner, item.sequence))
    }
  })
  await changed()
}

/**
 * What was sent so many days ago by the server's clock and recorded so many days ago by the phone's: a server whose clock
 * jumps makes nothing old, and neither does a phone.
 */
async function sentLongAgo(days: number, server: Date, phone: Date): Promise<SentItem[]> {
  const before = (now: Date) => now.getTime() - days * DAY_MS
  return records()
    .sent.where('sent_at')
    .below(new Date(before(server)).toISOString())
    .and(({ recorded_at }) => Date.parse(recorded_at) < before(phone))
    .toArray()
}

/** Let go of what the server has had for 90 days, with its photos. */
async function forgetOld(server: Date = lastContact(), phone: Date = new Date()): Promise<void> {
  const { sent, blobs, uploads } = records()
  await records().transaction('rw', sent, blobs, uploads, async () => {
    const waitingFiles = new Set((await uploads.toArray()).map((upload) => upload.owner))
    for (const { instance_id, reached } of await sentLongAgo(KEPT_DAYS, server, phone)) {
      if (reached === 0 || waitingFiles.has(instance_id)) continue
      await blobs.where({ owner: instance_id }).delete()
      await sent.delete(instance_id)
    }
  })
}

/** How long photos that the server has stay here even when the storage is full. */
const PHOTOS_KEPT_DAYS = 7

/** The storage is full: photos of nothing, and those that the server has for a while, make room for what it does not have. */
export async function makeRoom(
  server: Date = lastContact(),
  phone: Date = new Date(),
): Promise<Kept<void>> {
  await sweepOrphans()
  const { sent, blobs, uploads } = records()
  return attempt(() =>
    records().transaction('rw', sent, blobs, uploads, async () => {
      const waitingFiles = new Set((await uploads.toArray()).map((upload) => upload.owner))
      const old = await sentLongAgo(PHOTOS_KEPT_DAYS, server, phone)
      const owners = old.map((item) => item.instance_id).filter((id) => !waitingFiles.has(id))
      await blobs.where('owner').anyOf(owners).delete()
    }),
  )
}

export const outbox = {
  list,
  onTheWay,
  uploads,
  unsent,
  photosOnly,
  add,
  of,
  sent,
  allOf,
  markTaken,
  markFailed,
  markReached,
  markUploading,
  markUploaded,
  offerPhotosAgain,
  takeBack,
  takeFilesBack,
  takeOut,
  forgetOld,
}
