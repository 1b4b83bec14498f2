/** Photos and signatures, kept under the record's id and their file name until long after they were sent. */
import { records } from './database'
import { keep, type Kept } from './keep'
import type { Attachment, StoredBlob } from './records'
import { roomForPhoto } from './storage'

async function sha256(bytes: ArrayBuffer): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes))
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('')
}

/** What is larger is a photo, and may not take the room that text needs. */
const PHOTO_FROM_BYTES = 64 * 1024

/** Keep a file of a draft; a file of that name is replaced. Resolves once it is on the disk. */
async function put(owner: string, name: string, blob: Blob): Promise<Kept<Attachment>> {
  const bytes = await blob.arrayBuffer()
  const attachment = {
    name,
    sha256: await sha256(bytes),
    size: bytes.byteLength,
    media_type: blob.type,
  }
  if (attachment.size > PHOTO_FROM_BYTES && !(await roomForPhoto(attachment.size))) {
    return { ok: false, problem: 'full' }
  }
  return keep(async () => {
    await records().blobs.put({ ...attachment, owner, bytes })
    return attachment
  })
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
