/**
 * The databases of one person on this phone.
 *
 * Two of them, because durability is a property of the whole database: what exists nowhere else (drafts, outbox,
 * photos) is flushed to the disk before a save is reported; what can be fetched again is not.
 */
import Dexie, { type EntityTable, type Table } from 'dexie'
import type {
  Draft,
  FormVersion,
  OutboxItem,
  SentItem,
  Session,
  StoredBlob,
  Upload,
  Village,
} from './records'

/** Recorded on this phone: every write is on the disk when its promise resolves. */
export class Records extends Dexie {
  declare session: Table<{ key: 'session'; value: Session }, string>
  declare drafts: EntityTable<Draft, 'id'>
  declare outbox: EntityTable<OutboxItem, 'instance_id'>
  declare sent: EntityTable<SentItem, 'instance_id'>
  declare blobs: Table<StoredBlob, [string, string]>
  declare uploads: Table<Upload, [string, string]>

  constructor(person: string) {
    super(`yihu-${person}`, { chromeTransactionDurability: 'strict' })
    this.version(1).stores({
      session: 'key',
      drafts: 'id, household, saved_at',
      outbox: 'instance_id, sequence, household',
      sent: 'instance_id, sent_at, household, reached',
      blobs: '[owner+name], owner',
      uploads: '[owner+name], owner',
    })
  }
}

export interface Meta {
  key: string
  value: unknown
}

/** Fetched from the server: can be fetched again. */
export class Copies extends Dexie {
  declare meta: Table<Meta, string>
  declare villages: EntityTable<Village, 'area'>
  declare forms: Table<FormVersion, [string, string]>

  constructor(person: string) {
    super(`yihu-${person}-copies`, { chromeTransactionDurability: 'relaxed' })
    this.version(1).stores({
      meta: 'key',
      villages: 'area',
      forms: '[form_id+version], form_id',
    })
  }
}

let opened: { person: string; records: Records; copies: Copies } | null = null

/** Open the databases of a person and make them the ones that everything here works on. */
export async function openDatabases(person: string): Promise<void> {
  if (opened?.person === person) return
  closeDatabases()
  const records = new Records(person)
  const copies = new Copies(person)
  await Promise.all([records.open(), copies.open()])
  opened = { person, records, copies }
}

export function closeDatabases(): void {
  opened?.records.close()
  opened?.copies.close()
  opened = null
}

/** Delete everything of a person from this phone. */
export async function deleteDatabases(person: string): Promise<void> {
  if (opened?.person === person) closeDatabases()
  await Promise.all([Dexie.delete(`yihu-${person}`), Dexie.delete(`yihu-${person}-copies`)])
}

export function isOpen(): boolean {
  return opened !== null
}

export function records(): Records {
  if (!opened) throw new Error('No person is signed in on this phone.')
  return opened.records
}

export function copies(): Copies {
  if (!opened) throw new Error('No person is signed in on this phone.')
  return opened.copies
}
