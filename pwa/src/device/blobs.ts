/** Photos and signatures, kept under the record's id and their file name until long after they were sent. */
import { records } from './database'
import { attempt, keep, type Kept } from './keep'
import { makeRoom } from './outbox'
import type { Attachment, StoredBlob } from './records'
import { storageLow } from './reserve'

async function sha256(bytes: ArrayBuffer): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes))
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('')
}

/** May not take the room that text needs; a signature, a small drawing, may. */
const PHOTO = 'image/jpeg'

/** Keep a file of a draft; a file of that name is replaced. Resolves once it is on the disk. */
async function put(owner: string, name: string, blob: Blob): Promise<Kept<Attachment>> {
  const bytes = await blob.arrayBuffer()
  const attachment = {
    name,
    sha256: await sha256(bytes),
    size: bytes.byteLength,
    media_type: blob.type,
  }
  const write = async () => {
    await records().blobs.put({ ...attachment, owner, bytes })
    return attachment
  }
  return attachment.media_type === PHOTO ? keepPhoto(write) : keep(write)
}

/** What the server has had for a while goes first; the room that is put by for text is never touched. */
async function keepPhoto<T>(write: () => Promise<T>): Promise<Kept<T>> {
  let kept = await attempt(write)
  if (kept.ok || kept.problem !== 'full') return kept
  await makeRoom()
  kept = await attempt(write)
  if (!kept.ok) storageLow.value = true
  return kept
}

async function get(owner: string, name: string): Promise<Blob | null> {
  const stored = await records().blobs.get([owner, name])
  return stored ? new Blob([stored.bytes], { type: stored.media_type }) : null
}

/** The files of a record, without their bytes. */
async function list(owner: string): Promise<Attachment[]> {
  const stored: StoredBlob[] = await records().blobs.where({ owner }).toArray()
  return stored.map(({ name, sha256, size, media_type }) => ({ name, sha256, size, media_type }))
}

async function remove(owner: string, name: string): Promise<Kept<void>> {
  return keep(() => records().blobs.delete([owner, name]))
}

export const blobs = { put, get, list, remove }
