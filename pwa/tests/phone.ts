/** A phone in a test: clean, signed in, with something to record. */
import { blobs, openDevice, outbox, type Submission } from '@/device'
import { closeDatabases, deleteDatabases } from '@/device/database'
import { signIn } from '@/sync/sign-in'
import { PERSON, VILLAGE } from './fake-server'

export async function cleanPhone(): Promise<void> {
  closeDatabases()
  await deleteDatabases(PERSON)
}

/** The app was closed and is opened again: what is only in memory is gone. */
export async function restart(): Promise<void> {
  closeDatabases()
  await openDevice(PERSON)
}

export const signedInPhone = async () => {
  await cleanPhone()
  await signIn('liming', 'secret', '红米')
}

export function aVisit(instance_id: string, part: Partial<Submission> = {}): Submission {
  return {
    instance_id,
    form_id: 'visit',
    form_version: '1',
    household: 'h1',
    area: VILLAGE,
    title: '陈广田',
    label: '月走访',
    xml: '<data/>',
    shown: {},
    confirmed: [],
    deprecated_id: null,
    recorded_at: '2026-11-22T08:31:00+08:00',
    answers: {},
    attachments: [],
    visited_on: '2026-11-22',
    ...part,
  }
}

/** A visit that says the household's phone number, finished and waiting. */
export async function record(instance_id: string, phone: string, part: Partial<Submission> = {}) {
  return outbox.add(
    aVisit(instance_id, {
      shown: { h1: { heads: ['roster'], values: { phone: ['111', [0]] } } },
      answers: { h1: { register: 'households', units: { phone } } },
      ...part,
    }),
    [],
  )
}

export async function photograph(owner: string, name: string, bytes = 600_000): Promise<void> {
  await blobs.put(owner, name, new Blob([new Uint8Array(bytes).fill(7)], { type: 'image/jpeg' }))
}
