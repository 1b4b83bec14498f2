/**
 * What this phone holds.
 *
 * `openDevice(person)` first; then everything below works on that person's databases.
 *
 * - `registers`  households, members, reviews, search: the server's rows with the own unsent answers over them.
 *                Reading them in a `computed` or a template follows every change.
 * - `shownFor`   what a form about an entity is shown; freeze it in the draft when the form is opened.
 * - `valuesOf`   the values of an entity by property, to build an instance from.
 * - `forms`      form versions: `current(formId)` for new records, `version(…)` for drafts.
 * - `drafts`     `save` at every answer; `ok: false` means it is not on the disk: say so. A draft's id is the instance id.
 * - `blobs`      photos and signatures, under the draft's id and the file name.
 * - `outbox`     `add(submission, fileNames)` ends the draft and takes the record over, all or nothing; then call
 *                `requestSynchronization()` of `@/sync`.
 * - `session`, `villages`, `policy(key)`  who is signed in, where, and what the office has set.
 * - `holdDraft`  before opening a draft: one window at a time has it.
 */
import { lastCarried, loadLastCarried } from './carry'
import { announce, onAnnounced } from './changed'
import { closeDatabases, deleteDatabases, openDatabases, openedPerson } from './database'
import { forgetDrafts, loadDrafts } from './drafts'
import { leftHere } from './left-here'
import { forgetFetched, loadFetched } from './meta'
import { forgetOutbox, loadOutbox } from './outbox'
import {
  currentPerson,
  forgetPerson,
  leaveCurrent,
  onCurrentChanged,
  rememberCurrent,
} from './people'
import { forgetRegisters, loadRegisters } from './registers'
import { forgetSession, loadSession, session } from './session'
import { settle } from './settle'

export { blobs } from './blobs'
export { lastCarried, loadLastCarried, noteCarried, writeCarry, type Carried } from './carry'
export { databaseTrouble, type DatabaseTrouble } from './database'
export { correctionOf, dueOf, dueVisits, returned, type Due } from './due'
export { drafts } from './drafts'
export { forms } from './forms'
export { holdDraft, releaseDraft } from './hold'
export { storageProblem, type Kept } from './keep'
export { storageLow } from './reserve'
export { fetched } from './meta'
export { outbox } from './outbox'
export { valuesOf, type Entity } from './overlay'
export { leftHere, sayLeftHere, type LeftHere } from './left-here'
export { checkPassword, currentPerson, people, rememberPassword, type KnownPerson } from './people'
export type * from './records'
export { registers, shownFor, text } from './registers'
export type * from './rows'
export type { Hit } from './search'
export { policy, revoked, session, villages } from './session'
export { onSettle, settle } from './settle'
export { askToPersist, lookAtStorage, storage, watchStorage, type StorageState } from './storage'
export { followWaiting, waitingLong } from './waiting-long'
export { rightTime } from './clock'

/** Open what the phone holds of a person. Fast enough to do before the first page is drawn. False: `databaseTrouble`. */
export async function openDevice(person: string): Promise<boolean> {
  if (!(await openDatabases(person))) return false
  rememberCurrent(person)
  await Promise.all([loadFetched(), loadDrafts(), loadOutbox(), loadRegisters(), loadLastCarried()])
  // Last: whoever sees a session shows what is here, and may send it. The caller lets his token speak in the same turn.
  await loadSession()
  return true
}

/** Nobody is signed in: nothing of the one who was stays in memory for the next to see. */
function forgetPersonHere(): void {
  closeDatabases()
  forgetSession()
  forgetRegisters()
  forgetOutbox()
  forgetDrafts()
  forgetFetched()
  lastCarried.value = null
}

/** Take in what another tab changed. `signedIn` runs after the session was taken in. */
export function followOtherTabs(signedIn: () => void): void {
  onCurrentChanged(() => {
    if (currentPerson() !== openedPerson()) void leaveWindow()
  })
  onAnnounced((topic) => {
    if (topic === 'settle') void settle()
    if (session.value === null || openedPerson() === null) return
    if (topic === 'session') void loadSession().then(signedIn)
    if (topic === 'records') void Promise.all([loadDrafts(), loadOutbox()])
    if (topic === 'copies') void loadFetched().then(loadRegisters)
  })
}

/** Another window signed out or changed the person: this one begins anew, with everything on the disk. */
async function leaveWindow(): Promise<void> {
  // What could not be saved stays in sight, until somebody saves it or closes this window.
  if (!(await settle())) return
  closeDatabases()
  // The session is not forgotten first: a sign-in page that goes away in a moment would swallow what is typed into it.
  location.reload()
}

/** The other windows begin anew, without anybody; what they were sending they send again some time. */
export function leaveOtherWindows(): void {
  leaveCurrent()
}

/** Let another person sign in. Everything of this one stays, also what was not sent. */
export async function leavePerson(): Promise<void> {
  await settle()
  forgetPersonHere()
}

/** How long other windows get to put on the disk what is being typed in them. */
const SETTLING_MS = 400

/** A window that sleeps lets go of the databases only when it wakes; they are deleted then. */
const DELETING_MS = 5000

const wait = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms))

/**
 * Remove a person and everything of his from this phone.
 *
 * Refused while anything of his is on this phone only, counted on the disk after all windows have written theirs.
 */
export async function removePerson(person: string): Promise<'unsent' | 'done'> {
  announce('settle')
  await Promise.all([settle(), wait(SETTLING_MS)])
  const left = await leftHere(person)
  if (left === null || left.unsent + left.drafts > 0) return 'unsent'
  if (openedPerson() === person) forgetPersonHere()
  forgetPerson(person)
  await Promise.race([deleteDatabases(person), wait(DELETING_MS)])
  return 'done'
}
