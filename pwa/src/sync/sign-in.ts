/** Signing in and out. Who signs in again finds everything as he left it. */
import { leavePerson, openDevice, outbox, drafts, removePerson, session } from '@/device'
import { saveSession } from '@/device/session'
import type { Session } from '@/device/records'
import { onceAlone } from './alone'
import { paused } from './state'
import { post, remove, useToken, type Failure } from './transport'

/** Name, password and a name for this phone against a token. */
export async function signIn(
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
  return null
}

/** How much exists on this phone only. */
export function unsentCount(): number {
  return outbox.unsent.value.size + drafts.list.value.length
}

/** Do something that no synchronisation may run into: it stops at its next step. */
async function whileQuiet(act: () => Promise<void>): Promise<void> {
  paused.value = true
  await onceAlone(act)
  paused.value = false
}

/** Another person takes the phone. What this one has not sent stays here until he signs in again. */
export async function letAnotherSignIn(): Promise<void> {
  await whileQuiet(async () => {
    useToken(null)
    await leavePerson()
  })
}

/** Sign out and clear this phone. Refused while anything exists on this phone only. */
export async function signOut(): Promise<'unsent' | 'done'> {
  if (session.value === null) return 'done'
  if (unsentCount() > 0) return 'unsent'
  const { person } = session.value
  await whileQuiet(async () => {
    // Offline, the token stays valid until the office withdraws it; the phone forgets it in any case.
    await remove('/devices/me')
    useToken(null)
    await removePerson(person.id)
  })
  return 'done'
}
