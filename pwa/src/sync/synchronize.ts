/**
 * One round: send the records, fetch what others did, then send the photos.
 *
 * Text goes before photos, and what came back is fetched before them too: on a thin line a photo can take minutes. If it
 * dies at any step, the next round does that step again; each is harmless to do twice.
 */
import { fetched, outbox, revoked, session, villages, type Session } from '@/device'
import { serverNow } from '@/device/clock'
import { attempt } from '@/device/keep'
import { noteFetched } from '@/device/meta'
import { makeRoom } from '@/device/outbox'
import { changeSession, markRevoked } from '@/device/session'
import { ifAlone } from './alone'
import { tellDrafts } from './tell-drafts'
import { fetchFormsOfReturned } from './fetch-forms'
import { pull } from './pull'
import { push } from './push'
import { failure, online, phase, sendingFile } from './state'
import { get, type Failure } from './transport'

export type Result = 'done' | 'failed' | 'busy' | 'signed-out'

/** The server began anew, or what the person may see changed: other villages, or none at all. */
function isGone(failed: Failure | null): boolean {
  if (failed?.kind !== 'refused') return false
  return failed.problem.status === 410 || failed.problem.slug === 'right-missing'
}

function isSignedOut(failed: Failure | null): boolean {
  return failed?.kind === 'refused' && failed.problem.slug === 'device-revoked'
}

async function sendRecords(): Promise<Failure | null> {
  phase.value = 'sending'
  return push()
}

// Rarely needed, and not at the start: kept apart, so that the app opens faster. Null: it belongs to a version that
// another one has replaced; loading anew brings it, and the app says so.
const snapshots = () => part(import('./snapshot'))
const photos = () => part(import('./upload'))

function part<T>(loading: Promise<T | undefined>): Promise<T | null> {
  return loading.then(
    (found) => found ?? null,
    () => null,
  )
}

const replaced: Failure = { ok: false, kind: 'stopped' }

async function fetchChanges(): Promise<Failure | null> {
  if (!fetched.value.cursor) {
    const failed = await takeAll()
    if (failed) return failed
  }
  phase.value = 'fetching'
  return (await pull()) ?? lookAtSession()
}

/** Once a day: who else is in the team, and what else the profile says. It can wait when it does not come. */
async function lookAtSession(): Promise<Failure | null> {
  if (fetched.value.profile_on === serverNow().toISOString().slice(0, 10)) return null
  const failed = await refreshSession()
  return isSignedOut(failed) ? failed : null
}

/** Which villages, roles, policy values and key for carried files are the person's now. */
async function refreshSession(): Promise<Failure | null> {
  const reply = await get<Omit<Session, 'token'>>('/devices/me')
  if (!reply.ok) return reply
  await changeSession(reply.value)
  await noteFetched({ profile_on: serverNow().toISOString().slice(0, 10) })
  return null
}

/** Nobody's villages any more: their households leave this phone; what was recorded is sent all the same. */
async function withoutVillages(): Promise<Failure | null> {
  phase.value = 'fetching'
  const found = await snapshots()
  if (found === null) return replaced
  if (fetched.value.cursor !== '') await found.dropVillages()
  return (await refreshSession()) ?? found.lookAtEpoch()
}

/** All files anew. What the server may have lost is offered afterwards, also if the phone dies in between. */
async function takeAll(): Promise<Failure | null> {
  await noteFetched({ offering: true })
  const found = await snapshots()
  return found === null ? replaced : found.takeSnapshots()
}

/** The server began anew, or the person's villages changed: everything fresh. */
async function beginAnew(): Promise<Failure | null> {
  const failed = await refreshSession()
  if (failed) return failed
  if (villages.value.length > 0) return (await takeAll()) ?? fetchChanges()
  await noteFetched({ offering: true })
  return withoutVillages()
}

/** What the server lacks of what was sent goes back into the outbox, and then on its way. */
async function offerWhatIsLost(): Promise<Failure | null> {
  const found = await snapshots()
  if (found === null) return replaced
  const failed = await found.offerAgain()
  if (failed) return failed
  await noteFetched({ offering: false })
  if (outbox.list.value.length === 0) return null
  return (await sendRecords()) ?? (villages.value.length > 0 ? fetchChanges() : null)
}

async function fetchOrBeginAnew(): Promise<Failure | null> {
  if (fetched.value.cursor === '' && villages.value.length === 0) return withoutVillages()
  const came = await fetchChanges()
  return isGone(came) ? beginAnew() : came
}

async function exchangeRecords(): Promise<Failure | null> {
  const sent = await sendRecords()
  if (sent && !isGone(sent)) return sent
  const failed = await (sent ? beginAnew() : fetchOrBeginAnew())
  if (failed) return failed
  return fetched.value.offering ? offerWhatIsLost() : null
}

/** Whether photos are worth a try although something failed: the server speaks, it only refused that. */
function hindersPhotos(failed: Failure): boolean {
  return failed.kind !== 'refused' || failed.retry_after_s !== null || failed.problem.status === 401
}

async function round(): Promise<Failure | null> {
  for (;;) {
    const failed = await exchangeRecords()
    if (failed && hindersPhotos(failed)) return failed
    // Signed in before the server gave a key for carried files; it must be here before the network is gone.
    if (!failed && !session.value?.carry_key) await refreshSession()
    if (!failed) await fetchFormsOfReturned()
    if (!failed) await tellDrafts()
    phase.value = 'photos'
    const found = await photos()
    const came = found === null ? replaced : await found.upload()
    // A record that was finished meanwhile does not wait for the photos.
    if (came !== 'records') return came ?? failed
  }
}

/** A whole round, and what the server has had for long is let go after it. */
async function roundAndTidy(): Promise<Failure | null> {
  const failed = await round()
  if (!failed) await outbox.forgetOld()
  return failed
}

async function run(): Promise<Result> {
  // Not `keep`: what comes from the server neither takes the room put by for text, nor says that a text was saved.
  const kept = await attempt(roundAndTidy)
  if (!kept.ok && kept.problem === 'full') await makeRoom()
  const failed: Failure | null = kept.ok ? kept.value : { ...kept, kind: 'storage' }
  phase.value = 'idle'
  sendingFile.value = null
  failure.value = failed?.kind === 'stopped' ? null : failed
  if (!failed) online.value = true
  if (isSignedOut(failed)) {
    await markRevoked()
    return 'signed-out'
  }
  return failed ? 'failed' : 'done'
}

/** Synchronise now, unless another tab is at it. */
export async function synchronize(): Promise<Result> {
  if (session.value === null || revoked.value) return 'signed-out'
  return (await ifAlone(run)) ?? 'busy'
}
