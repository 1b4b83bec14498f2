/** What somebody left on this phone while another uses it. */
import { openedPerson, Records, records } from './database'

export interface LeftHere {
  /** Records of which something is on this phone only. */
  unsent: number
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
  return { unsent, drafts, token, device: device?.name ?? null }
}

/** 3 条待上传、1 条没填完; empty when everything is with the office. */
export function sayLeftHere({ unsent, drafts }: Pick<LeftHere, 'unsent' | 'drafts'>): string {
  const parts = [unsent > 0 && `${unsent} 条待上传`, drafts > 0 && `${drafts} 条没填完`]
  return parts.filter(Boolean).join('、')
}
