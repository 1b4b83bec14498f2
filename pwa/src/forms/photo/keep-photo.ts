/** From the camera to the phone's store: shrunk, captioned, hashed, on the disk before the form names it. */
import { blobs } from '@/device'
import { clock } from '../say-date'
import { localDate } from '../build-instance'
import { compress } from './compress'
import { inTime } from './in-time'
import { plainOriginal } from './plain-original'
import { takenOn } from './taken-on'

/** The lines drawn into a photo: time, then place and people. */
export type PhotoCaption = readonly string[]

/** `note`: what the person should know of a photo that was kept otherwise than usual. */
export type KeptPhoto =
  { ok: true; name: string; taken: string; note: string } | { ok: false; trouble: string }

const NOT_SHRUNK =
  '手机没能把这张照片缩小，先按原样存下了，传起来慢些。来得及就关掉别的应用再拍一张'
const NO_PICTURE = '这个文件不是照片，换一张试试'
const UNREADABLE =
  '这张照片打不开，没存上：文件坏了，或者手机内存不够。请关掉别的应用再拍一张；还不行，把相机的照片尺寸调小。填好的都还在'

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
  const small = await inTime(compress(file, caption(source, taken) ?? []))
  const picture = small ?? (await inTime(file.arrayBuffer().then(plainOriginal)))
  if (!picture) {
    return { ok: false, trouble: file.type.startsWith('image/') ? UNREADABLE : NO_PICTURE }
  }
  const name = `${Date.now()}.jpg`
  const kept = await blobs.put(owner, name, picture)
  if (kept.ok) return { ok: true, name, taken, note: small ? '' : NOT_SHRUNK }
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
  const head = await inTime(file.slice(0, 256 * 1024).arrayBuffer())
  return (head && takenOn(head)) || '时间不详'
}
