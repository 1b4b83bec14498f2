/** Which villages are this person's now. */
import { villages } from '@/device'

export function isMine(area: string): boolean {
  return villages.value.some(({ code }) => code === area)
}

/** What a list says beside a record of another village; null beside the usual ones. */
export function sayNotMine(area: string): string | null {
  return isMine(area) ? null : '这个村现在不归您管，传上去由镇里核对'
}
