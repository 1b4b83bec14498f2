/** Several people on one phone: each has his own, and none gets at another's without that person's password. */
import { beforeEach, expect, test, vi } from 'vitest'
import { watch } from 'vue'
import {
  fetched,
  followOtherTabs,
  leftHere,
  openDevice,
  outbox,
  people,
  registers,
  sayLeftHere,
  session,
} from '@/device'
import { closeDatabases, deleteDatabases } from '@/device/database'
import { forgetPerson, leaveCurrent } from '@/device/people'
import { phase, sendAnyway } from '@/sync'
import { followPhotoLine } from '@/sync/photo-line'
import { changeAccount, letAnotherSignIn, removeFromPhone, signIn } from '@/sync/sign-in'
import { synchronize } from '@/sync/synchronize'
import { FakeServer, PERSON } from '../../tests/fake-server'
import { aVisit, photograph, record } from '../../tests/phone'

const WANG = { id: 'p-wang', name: '王芳', username: 'wangfang' }

class Township extends FakeServer {
  who = 'liming'

  override signedIn() {
    const answer = super.signedIn()
    return this.who === 'liming' ? answer : { ...answer, token: 't2', person: WANG }
  }
}

let server: Township

beforeEach(async () => {
  closeDatabases()
  for (const id of [PERSON, WANG.id]) {
    await deleteDatabases(id)
    forgetPerson(id)
  }
  server = new Township()
})

async function signInAs(username: string, password: string) {
  server.who = username
  const result = await signIn(username, password, '红米')
  // The slow hash is made beside the work.
  await vi.waitFor(
    () => expect(people().find((one) => one.username === username)?.verifier).toBeDefined(),
    { timeout: 5000 },
  )
  return result
}

const noNetwork = () =>
  server.next('/devices', ...Array.from({ length: 9 }, () => 'lose-request' as const))

test('who comes back needs no network, and finds what he had not sent', async () => {
  await signInAs('liming', 'his secret')
  await record('i1', '222')
  await letAnotherSignIn()
  await signInAs('wangfang', 'her secret')
  expect(outbox.list.value).toEqual([])
  expect(await leftHere(PERSON)).toMatchObject({ unsent: 1, drafts: 0, device: '红米' })
  await letAnotherSignIn()
  noNetwork()
  expect(await signIn('liming', 'his secret', '')).toBeNull()
  expect(session.value?.person.id).toBe(PERSON)
  expect(outbox.list.value.map((item) => item.instance_id)).toEqual(['i1'])
})

test('who leaves takes what he sees with him; who comes back finds it before he is signed in', async () => {
  server.household('h1', { phone: '111' })
  followPhotoLine({})
  await signInAs('liming', 'his secret')
  await synchronize()
  await record('i1', '222')
  sendAnyway.value = true
  await letAnotherSignIn()
  expect(registers.count()).toBe(0)
  expect(fetched.value.cursor).toBeNull()
  expect(outbox.unsent.value.size).toBe(0)
  expect(sendAnyway.value).toBe(false)
  const seen: unknown[] = []
  const stop = watch(session, () => seen.push(registers.count(), outbox.unsent.value.size), {
    flush: 'sync',
  })
  noNetwork()
  expect(await signIn('liming', 'his secret', '')).toBeNull()
  stop()
  expect(seen).toEqual([1, 1])
})

test('another account keeps what this one has not sent, and clears the phone of one that has nothing', async () => {
  await signInAs('liming', 'his secret')
  await record('i1', '222')
  await changeAccount()
  expect(session.value).toBeNull()
  expect(await leftHere(PERSON)).toMatchObject({ unsent: 1 })
  await signInAs('wangfang', 'her secret')
  await changeAccount()
  expect(session.value).toBeNull()
  expect(people().map(({ id }) => id)).toEqual([PERSON])
})

test('who comes back speaks with his token from the first request on', async () => {
  await signInAs('liming', 'his secret')
  await letAnotherSignIn()
  const spoken: (string | null)[] = []
  server.onRequest = (_path, headers) => void spoken.push(headers.get('Authorization'))
  // What the triggers do: a session that was not there before is synchronised at once.
  const stop = watch(session, (now) => now && setTimeout(() => void synchronize(), 0))
  await signIn('liming', 'his secret', '')
  await vi.waitFor(() => expect(spoken.length).toBeGreaterThan(0))
  stop()
  await vi.waitFor(() => expect(phase.value).toBe('idle'))
  expect(new Set(spoken)).toEqual(new Set([`Bearer ${session.value?.token}`]))
})

test('a colleague does not get in by guessing: not offline, and after five tries only by the server', async () => {
  await signInAs('liming', 'his secret')
  await letAnotherSignIn()
  noNetwork()
  for (let guess = 0; guess < 5; guess += 1) {
    expect(await signIn('liming', `guess ${guess}`, '')).toBe('wrong-here')
  }
  expect(await signIn('liming', 'his secret', '')).toMatchObject({ kind: 'offline' })
  expect(session.value).toBeNull()
  server.script.clear()
  expect(await signIn('liming', 'his secret', '红米')).toBeNull()
})

test('what a person left here says whether text or only photos are missing', async () => {
  expect(sayLeftHere({ unsent: 3, photos: 1, drafts: 1 })).toBe(
    '2 条待上传、1 条照片待传、1 条没填完',
  )
  expect(sayLeftHere({ unsent: 1, photos: 1, drafts: 0 })).toBe('1 条照片待传')
  await signInAs('liming', 'his secret')
  await photograph('i1', 'a.jpg')
  await outbox.add(aVisit('i1'), ['a.jpg'])
  await record('i2', '222')
  await outbox.markTaken([{ instance_id: 'i1', outcome: 'stored', number: 1, detail: null }])
  expect(await leftHere(PERSON)).toMatchObject({ unsent: 2, photos: 1 })
  expect(outbox.photosOnly.value).toBe(1)
})

test('a window that another one left begins anew, and draws no page for the moment before', async () => {
  await signInAs('liming', 'his secret')
  const reload = vi.fn<() => void>()
  Object.assign(location, { reload })
  const drawn: unknown[] = []
  const stop = watch(session, (now) => drawn.push(now), { flush: 'sync' })
  followOtherTabs(() => undefined)
  leaveCurrent()
  dispatchEvent(Object.assign(new Event('storage'), { key: 'yihu.current' }))
  await vi.waitFor(() => expect(reload).toHaveBeenCalled())
  stop()
  expect(drawn).not.toContain(null)
})

test('a person with something unsent is not cleared from the phone; others are', async () => {
  await signInAs('liming', 'his secret')
  await record('i1', '222')
  await letAnotherSignIn()
  await signInAs('wangfang', 'her secret')
  await letAnotherSignIn()
  expect(await removeFromPhone(PERSON)).toBe('unsent')
  expect(await removeFromPhone(WANG.id)).toBe('done')
  expect(people().map(({ username }) => username)).toEqual(['liming'])
  expect(server.calls.at(-1)).toBe('DELETE /devices/me')
  await openDevice(PERSON)
  expect(outbox.list.value).toHaveLength(1)
})
