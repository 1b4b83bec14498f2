/** A recording, a film or a document of a draft: into the phone's store as it is. */
import { blobs } from '@/device'
import { endingOf, LARGEST } from './file-kinds'

export type KeptFile = { ok: true; name: string } | { ok: false; trouble: string }

export async function keepFile(owner: string, file: File): Promise<KeptFile> {
  if (file.size === 0) return { ok: false, trouble: '这个文件是空的，换一个试试' }
  if (file.size > LARGEST)
    return { ok: false, trouble: '文件超过 20 MB，传不上去。录短一点，或换小一点的' }
  const name = `${Date.now()}.${endingOf(file)}`
  const kept = await blobs.put(owner, name, file)
  if (kept.ok) return { ok: true, name }
  return {
    ok: false,
    trouble:
      kept.problem === 'full'
        ? '手机存不下这个文件了。填好的都还在；先清出一些空间，或先上传再录'
        : '文件没存上，填好的都还在，请再试一次',
  }
}
