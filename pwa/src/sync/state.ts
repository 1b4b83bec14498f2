/** Where synchronising stands, for every page to show. */
import { reactive, ref } from 'vue'
import type { Failure } from './transport'

export type Phase = 'idle' | 'first' | 'sending' | 'fetching' | 'photos'

export interface Progress {
  households: number
  households_total: number
  files: number
  files_total: number
  bytes: number
  bytes_total: number
  /** The server is still making some of the files. */
  preparing: boolean
}

export const progress = reactive<Progress>({
  households: 0,
  households_total: 0,
  files: 0,
  files_total: 0,
  bytes: 0,
  bytes_total: 0,
  preparing: false,
})

export const phase = ref<Phase>('idle')

/** Why the last try ended early; null when it ended well. */
export const failure = ref<Failure | null>(null)

/** The browser believes that there is a network. It may be wrong; the next exchange tells. */
export const online = ref(typeof navigator === 'undefined' || navigator.onLine !== false)

/** The photo that is being sent now. */
export const sendingFile = ref<{ owner: string; name: string } | null>(null)

/** What of the photos has arrived since there last were none to send. */
export const photosDone = reactive({ files: 0, bytes: 0 })

/** A person asked to stop sending until he asks again. */
export const paused = ref(false)

/** What to say about a failure. */
export function sayFailure(failed: Failure): string {
  if (failed.kind === 'offline') return '没有网络，照常记'
  if (failed.kind === 'strange') return '连不上镇里，请看看这个网络要不要先登录'
  if (failed.kind === 'storage') {
    return failed.problem === 'full'
      ? '手机存储满了，先腾出地方'
      : '手机存储出了点问题，记的都还在，请重开“一户”'
  }
  if (failed.kind === 'stopped') return '先停下了'
  return failed.problem.detail
}
