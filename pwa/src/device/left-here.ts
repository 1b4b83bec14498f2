/** What somebody left on this phone while another uses it. */
import { openedPerson, Records, records } from './database'

export interface LeftHere {
  /** Records of which something is on this phone only. */
  unsent: number
  /** Of these the ones whose text the server has: only photos are missing. */
  photos: number
  drafts: number
  /** With what to tell the server that this phone is no longer his. */
  token: string | null
  /** The name that the office knows this phone by. */
  device: string | null
}

/** Counted on the disk, not in this window's memory. Null: his databases cannot be opened now. */
export async function leftHere(person: string): Promise<LeftHere | null> {
  if (openedPerson() === person) return count(records())
  const database = new Records(person)
  return database.open().then(
    () => count(database).finally(() => database.close()),
    () => null,
  )
}

async function count(database: Records): Promise<LeftHere> {
  const [waiting, files, drafts, signedIn] = await Promise.all([
    database.outbox.toCollection().primaryKeys(),
    database.uploads.orderBy('owner').uniqueKeys(),
    database.drafts.count(),
    database.session.get('session'),
  ])
  const unsent = new Set<unknown>([...waiting, ...files]).size
  const { token = null, device = null } = signedIn?.value ?? {}
  return { unsent, photos: unsent - waiting.length, drafts, token, device: device?.name ?? null }
}

/** 3 条待上传、1 条照片待传、1 条没填完; empty when everything is with the office. */
export function sayLeftHere(left: Pick<LeftHere, 'unsent' | 'photos' | 'drafts'>): string {
  const { unsent, photos, drafts } = left
  const parts = [
    unsent > photos && `${unsent - photos} 条待上传`,
    photos > 0 && `${photos} 条照片待传`,
    drafts > 0 && `${drafts} 条没填完`,
  ]
  return parts.filter(Boolean).join('、')
}
