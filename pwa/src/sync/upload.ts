/** Photos and signatures, one after the other, after the text of all records. */
import { blobs, outbox } from '@/device'
import type { Upload } from '@/device/records'
import { fetchPhoto } from './fetch-record'
import { photosWait, sendAnyway } from './photo-line'
import { paused, photosDone, sendingFile } from './state'
import type { Failure } from './transport'
import { sendFile } from './tus'

/** So often a file may arrive otherwise than it left before a person has to ask for it again. */
const MOST_DAMAGED = 3

/** A record that was never offered: it goes before the next piece of a photo. */
function hasNewRecord(): boolean {
  return outbox.list.value.some((item) => item.tries === 0)
}

function mayGoOn(): boolean {
  return !paused.value && photosWait.value === null && !hasNewRecord()
}

/** The file itself. A photo of a record made on another phone is fetched first. */
async function bytesOf(file: Upload): Promise<Blob | Failure | null> {
  const { owner, name, from } = file
  const held = await blobs.get(owner, name)
  if (held !== null || !from) return held
  const fetched = await fetchPhoto(from, file)
  if (fetched.ok) {
    await blobs.put(owner, name, fetched.value)
    return fetched.value
  }
  return fetched.kind === 'refused' && fetched.problem.status === 404 ? null : fetched
}

/** Why the server will never take this file; null where another try may do. */
function refusal(failed: Failure): string | null {
  if (failed.kind !== 'refused') return null
  const { status, slug, detail } = failed.problem
  if (status === 415) return '镇里没收下：这个文件不是照片'
  const passes = status >= 500 || [401, 408, 423, 425, 429, 460].includes(status)
  return passes ? null : `镇里没收下：${detail || slug}`
}

function isDamaged(failed: Failure): boolean {
  return failed.kind === 'refused' && failed.problem.status === 460
}

/** One file. Null: it is there, or it waits with its reason and holds back no other; a failure: no use going on now. */
async function uploadOne(upload: Upload): Promise<Failure | null> {
  const { owner, name } = upload
  const mark = (part: Partial<Upload>) => outbox.markUploading(owner, name, part)
  const bytes = await bytesOf(upload)
  if (bytes === null) {
    // The other phone may send it yet.
    await mark(upload.from ? { awaited: true } : { problem: '这张照片在手机里找不到了' })
    return null
  }
  if (!(bytes instanceof Blob)) return bytes
  if (upload.awaited) await mark({ awaited: false })
  sendingFile.value = upload
  const result = await sendFile(
    { ...upload, bytes },
    {
      begun: (url) => mark({ url, sent_bytes: 0 }),
      reached: (sent_bytes) => mark({ sent_bytes }),
      goOn: mayGoOn,
    },
  )
  sendingFile.value = null
  if (result === 'stopped') return null
  if (result === 'there') {
    photosDone.files += 1
    photosDone.bytes += upload.size
    await outbox.markUploaded(owner, name)
    return null
  }
  if (isDamaged(result)) {
    const damaged = (upload.damaged ?? 0) + 1
    const problem = damaged < MOST_DAMAGED ? null : '传了几次，到镇里都和手机里的不一样'
    await mark({ url: null, sent_bytes: 0, damaged, problem })
    return null
  }
  const problem = refusal(result)
  if (problem === null) return result
  await mark({ problem })
  return null
}

/** So many files after each other may fail before photos wait for the next round: then it is not the file. */
const MOST_FAILED = 2

/** It may be the file's own: others are worth a try. Not without a line, nor when the server wants nobody or later. */
function mayBeOfFile(failed: Failure): boolean {
  if (failed.kind === 'strange') return true
  if (failed.kind !== 'refused' || failed.retry_after_s !== null) return false
  return ![401, 429].includes(failed.problem.status)
}

/** The next file that may go: small ones (signatures) before large ones, then in the order of saving. */
function next(tried: Set<string>): Upload | undefined {
  const waiting = new Set(outbox.list.value.map((item) => item.instance_id))
  return outbox.uploads.value.find(
    (file) =>
      file.problem === null && !waiting.has(file.owner) && !tried.has(`${file.owner}/${file.name}`),
  )
}

/** Send the photos of records that the server has. 'records': a new record goes first, then call again. */
export async function upload(): Promise<Failure | 'records' | null> {
  const tried = new Set<string>()
  let first: Failure | null = null
  let failedInARow = 0
  for (;;) {
    if (outbox.uploads.value.length === 0) {
      sendAnyway.value = false
      Object.assign(photosDone, { files: 0, bytes: 0 })
    }
    if (paused.value) return first
    if (hasNewRecord()) return 'records'
    const file = photosWait.value === null ? next(tried) : undefined
    if (!file) return first
    tried.add(`${file.owner}/${file.name}`)
    const failed = await uploadOne(file)
    failedInARow = failed ? failedInARow + 1 : 0
    first ??= failed
    if (failed && (!mayBeOfFile(failed) || failedInARow === MOST_FAILED)) return failed
  }
}
