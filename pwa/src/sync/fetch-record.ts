/** A record of one's own that another phone made, and its photos (docs/protocol.md). */
import type { Attachment, Shown } from '@/device'
import { get, getBytes, type Reply } from './transport'

export interface OwnRecord {
  instance_id: string
  form_id: string
  form_version: string
  xml: string
  shown: Shown
  confirmed: string[]
  attachments: Attachment[]
}

export function fetchOwnRecord(instance_id: string): Promise<Reply<OwnRecord>> {
  return get(`/sync/submissions/${encodeURIComponent(instance_id)}`)
}

/** A file that a submission names, as the record's own attachment describes it. */
export async function fetchPhoto(from: string, file: Attachment): Promise<Reply<Blob>> {
  const reply = await getBytes(
    `/attachments/content/${encodeURIComponent(from)}/${encodeURIComponent(file.name)}`,
  )
  return reply.ok ? { ...reply, value: new Blob([reply.value], { type: file.media_type }) } : reply
}
