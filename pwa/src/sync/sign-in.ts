/** Signing in and out. Who signs in again finds everything as he left it. */
import {
  checkPassword,
  drafts,
  leaveOtherWindows,
  leavePerson,
  leftHere,
  openDevice,
  outbox,
  people,
  rememberPassword,
  removePerson,
  session,
} from '@/device'
import { saveSession } from '@/device/session'
import type { Session } from '@/device/records'
import { onceAlone } from './alone'
import { paused } from './state'
import { post, remove, useToken, type Failure } from './transport'

/** `wrong-here`: no network, and the phone knows another password of this person. */
export type SignInTrouble = Failure | 'wrong-here'

/** Let somebody in: who used this phone before by the password that the phone knows, others by the server. */
export async function signIn(
  username: string,
  password: string,
  device_name: string,
): Promise<SignInTrouble | null> {
  const known = people().find((person) => person.username === username)
  const here = known && session.value === null ? await checkPassword(known, password) : 'unknown'
  if (known && here === 'right' && (await comeBack(known.id))) return null
  const failed = await signInThere(username, password, device_name)
  return failed?.kind === 'offline' && here === 'wrong' ? 'wrong-here' : failed
}

/** Everything as he left it, with the token that he had; also without a network. */
async function comeBack(person: string): Promise<boolean> {
  const opened = await openDevice(person)
  if (!opened || session.value === null) return false
  useToken(session.value.token)
  return true
}

/** Name, password and a name for this phone against a token. */
async function signInThere(
  username: string,
  password: string,
  device_name: string,
): Promise<Failure | null> {
  useToken(null)
  const reply = await post<Session>('/devices', { username, password, device_name })
  if (!reply.ok) {
    useToken(session.value?.token ?? null)
    return reply
  }
  // Before the session is opened: opening it may set off a synchronisation.
  useToken(reply.value.token)
  await openDevice(reply.value.person.id)
  await saveSession({ ...reply.value, revoked: false })
  void rememberPassword(reply.value.person, password)
  return null
}

/** How much exists on this phone only. */
export function unsentCount(): number {
  return outbox.unsent.value.size + drafts.list.value.length
}

/** Do something that no synchronisation may run into: it stops at its next step. */
async function whileQuiet(act: () => Promise<void>): Promise<void> {
  paused.value = true
  try {
    await onceAlone(act)
  } finally {
    paused.value = false
  }
}

/** Another person takes the phone. What this one has not sent stays here until he signs in again. */
export async function letAnotherSignIn(): Promise<void> {
  leaveOtherWindows()
  await whileQuiet(async () => {
    useToken(null)
    await leavePerson()
  })
}

/** Sign out and clear this phone. Refused while anything exists on this phone only. */
export async function signOut(): Promise<'unsent' | 'done'> {
  if (session.value === null) return 'done'
  if (unsentCount() > 0) return 'unsent'
  return removeFromPhone(session.value.person.id)
}

/** Another account: this one's copies go, unless something of it is on this phone only; then all of it stays. */
export async function changeAccount(): Promise<void> {
  if ((await signOut()) === 'unsent') await letAnotherSignIn()
}

/** Clear this phone of somebody who signed in on it, also of another than the one who holds it. */
export async function removeFromPhone(person: string): Promise<'unsent' | 'done'> {
  const left = await leftHere(person)
  let result: 'unsent' | 'done' = 'done'
  await whileQuiet(async () => {
    result = await removePerson(person)
    if (result === 'done' && left?.token) tellServer(left.token)
  })
  return result
}

/** Offline, the token stays valid until it was idle for long; the phone forgets it in any case. */
function tellServer(token: string): void {
  useToken(token)
  void remove('/devices/me')
  useToken(session.value?.token ?? null)
}
