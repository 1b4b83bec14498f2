/** Opening the databases of a person, and what may hinder it: other windows, newer and older versions of the app. */
import Dexie from 'dexie'
import { ref } from 'vue'
import { settle } from './settle'
import { Copies, copiesName, Records, recordsName } from './schema'

export { Copies, Records } from './schema'

/**
 * Why the phone's store is closed to this window.
 *
 * - `blocked`   another window holds it in its old form; it opens by itself when that one lets go
 * - `newer`     a newer version of the app wrote it: this one must not touch it
 * - `replaced`  another window changed to a newer version while this one was open
 * - `broken`    the browser cannot open it
 */
export type DatabaseTrouble = 'blocked' | 'newer' | 'replaced' | 'broken'

/** What stands in the way of the phone's store; null when it is open or nobody is signed in. */
export const databaseTrouble = ref<DatabaseTrouble | null>(null)

let opened: { person: string; records: Records; copies: Copies } | null = null

/** Open the databases of a person and make them the ones that everything here works on. False: `databaseTrouble` says why. */
export async function openDatabases(person: string): Promise<boolean> {
  if (opened?.person === person) return true
  closeDatabases()
  databaseTrouble.value = null
  const own = { person, records: new Records(person), copies: new Copies(person) }
  const troubles = await Promise.all([open(own.records), open(own.copies)])
  databaseTrouble.value = troubles.find((trouble) => trouble !== null) ?? null
  if (databaseTrouble.value === null) {
    opened = own
    return true
  }
  own.records.close()
  own.copies.close()
  return false
}

function open(database: Dexie): PromiseLike<DatabaseTrouble | null> {
  const latest = database.verno
  database.on('blocked', () => void (databaseTrouble.value = 'blocked'))
  database.on('versionchange', ({ newVersion }) => {
    void letGo(newVersion === null || newVersion === 0 ? null : 'replaced')
    // Dexie itself would close at once, under the hands of a form that is being written.
    return false
  })
  return database.open().then(
    (): DatabaseTrouble | null => (isNewer(database, latest) ? 'newer' : null),
    (): DatabaseTrouble => 'broken',
  )
}

/** Dexie opens what a newer app wrote without a word. Its numbers in the browser are ten times the schema's. */
function isNewer(database: Dexie, latest: number): boolean {
  return database.backendDB().version >= (latest + 1) * 10
}

/** Another window upgrades or deletes: the last answers go to the disk, then it may. */
async function letGo(trouble: DatabaseTrouble | null): Promise<void> {
  // What could not be saved stays in sight; the other window says that this one must be closed.
  if (!(await settle())) return
  closeDatabases()
  databaseTrouble.value = trouble
}

export function closeDatabases(): void {
  opened?.records.close()
  opened?.copies.close()
  opened = null
}

/** Delete everything of a person from this phone. */
export async function deleteDatabases(person: string): Promise<void> {
  if (opened?.person === person) closeDatabases()
  await Promise.all([Dexie.delete(recordsName(person)), Dexie.delete(copiesName(person))])
}

export function isOpen(): boolean {
  return opened !== null
}

/** The person whose databases are open. */
export function openedPerson(): string | null {
  return opened?.person ?? null
}

export function records(): Records {
  if (!opened) throw new Error('No person is signed in on this phone.')
  return opened.records
}

export function copies(): Copies {
  if (!opened) throw new Error('No person is signed in on this phone.')
  return opened.copies
}
