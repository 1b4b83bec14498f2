/** From the camera to the phone's store: shrunk, captioned, hashed, on the disk before the form names it. */
import { blobs } from '@/device'
import { clock } from '../say-date'
import { localDate } from '../build-instance'
import { compress } from './compress'
import { takenOn } from './taken-on'

/** The lines drawn into a photo: time, then place and people. */
export type PhotoCaption = readonly string[]

export type KeptPhoto = { ok: true; name: string; taken: string } | { ok: false; trouble: string }

/** Keep a picture of a draft.
 *
 * caption: what is drawn in, given when it was taken (`2026-10-16 14:32`, or 时间不详 for an album picture that does not
 *   say); null draws nothing.
 */
export async function keepPhoto(
  owner: string,
  file: File,
  source: 'camera' | 'album',
  caption: (source: 'camera' | 'album', taken: string) => PhotoCaption | null,
): Promise<KeptPhoto> {
  const taken = await timeOf(file, source)
  const picture = await compress(file, caption(source, taken) ?? [])
  if (!picture) return { ok: false, trouble: '这个文件不是照片，换一张试试' }
  const name = `${Date.now()}.jpg`
  const kept = await blobs.put(owner, name, picture)
  if (kept.ok) return { ok: true, name, taken }
  return {
    ok: false,
    trouble:
      kept.problem === 'full'
        ? '手机存不下这张照片了。填好的都还在；先清出一些空间，或先上传再拍'
        : '照片没存上，填好的都还在，请再拍一次',
  }
}

async function timeOf(file: File, source: 'camera' | 'album'): Promise<string> {
  const now = new Date()
  if (source === 'camera') return `${localDate(now)} ${clock(now)}`
  return takenOn(await file.slice(0, 256 * 1024).arrayBuffer()) || '时间不详'
}
