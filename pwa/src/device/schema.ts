/**
 * The databases of one person on this phone, and how each version grows from the one before.
 *
 * Two of them, because durability is a property of the whole database: what exists nowhere else (drafts, outbox,
 * photos) is flushed to the disk before a save is reported; what can be fetched again is not.
 *
 * A version that was released is never edited: what comes next is a new one below it, with its test in
 * `schema.test.ts`, which opens a database that each earlier version wrote.
 */
import Dexie, { type EntityTable, type Table } from 'dexie'
import { serverNow } from './clock'
import type {
  Draft,
  FormFile,
  FormVersion,
  OutboxItem,
  SentItem,
  Session,
  SnapshotFile,
  StoredBlob,
  Upload,
  Village,
} from './records'

/** Small things to remember of what was recorded here. */
export interface Note {
  key: string
  value: unknown
}

/** Recorded on this phone: every write is on the disk when its promise resolves. */
export class Records extends Dexie {
  declare session: Table<{ key: 'session'; value: Session }, string>
  declare drafts: EntityTable<Draft, 'id'>
  declare outbox: EntityTable<OutboxItem, 'instance_id'>
  declare sent: EntityTable<SentItem, 'instance_id'>
  declare blobs: Table<StoredBlob, [string, string]>
  declare uploads: Table<Upload, [string, string]>
  declare notes: Table<Note, string>

  constructor(person: string) {
    super(recordsName(person), { chromeTransactionDurability: 'strict' })
    this.version(1).stores({
      session: 'key',
      drafts: 'id, household, saved_at',
      outbox: 'instance_id, sequence, household',
      sent: 'instance_id, sent_at, household, reached',
      blobs: '[owner+name], owner',
      uploads: '[owner+name], owner',
    })
    // A draft counts its saves, so that a second window never writes over what the first one saved.
    this.version(2)
      .stores({ notes: 'key' })
      .upgrade((change) =>
        change.table<Draft, string>('drafts').toCollection().modify({ revision: 1 }),
      )
    // How long something waits, and was sent, is counted by the server's clock; before, it was the phone's own.
    this.version(3)
      .stores({})
      .upgrade(async (change) => {
        const waiting = change.table<OutboxItem, string>('outbox')
        await waiting.toCollection().modify((item) => {
          const recorded = Date.parse(item.recorded_at)
          if (!Number.isNaN(recorded)) item.kept_at = new Date(recorded).toISOString()
        })
        const now = serverNow().getTime()
        const sent = change.table<SentItem, string>('sent')
        for (const [place, id] of (await sent.orderBy('sent_at').primaryKeys()).entries()) {
          // Nothing is let go early: the 90 days begin anew, in the order of sending.
          await sent.update(id, { sent_at: new Date(now + place).toISOString() })
        }
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
  declare snapshots: EntityTable<SnapshotFile, 'area'>
  declare form_files: EntityTable<FormFile, 'sha256'>

  constructor(person: string) {
    super(copiesName(person), { chromeTransactionDurability: 'relaxed' })
    this.version(1).stores({
      meta: 'key',
      villages: 'area',
      forms: '[form_id+version], form_id',
    })
    // How far each first-sync file has come, so that a break costs nothing.
    this.version(2).stores({ snapshots: 'area' })
    // Pictures beside the words of forms, by content: the next version of a form has most of them already.
    this.version(3).stores({ form_files: 'sha256' })
  }
}

export const recordsName = (person: string) => `yihu-${person}`
export const copiesName = (person: string) => `yihu-${person}-copies`
