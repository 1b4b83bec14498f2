/** A phone in memory with the made-up household on it, and a record of the form begun there. */
import type { Draft } from '@/device'
import { copies, openDatabases, records } from '@/device/database'
import { loadDrafts } from '@/device/drafts'
import { loadFetched, putFetched } from '@/device/meta'
import { loadOutbox } from '@/device/outbox'
import type { Session } from '@/device/records'
import { loadRegisters } from '@/device/registers'
import { loadSession } from '@/device/session'
import { kindOf } from '@/records'
import { beginAbout } from '@/records/begin'
import { newUpdate, newVisit } from '@/visits/start-record'
import type { Previewed } from './form'
import { CASE, HEAD, HOUSEHOLD, VILLAGE, madeUpRows } from './household'

const PERSON = '00000000-0000-4000-8000-000000000008'

/** Signed out from the office, so that nothing is ever sent: the phone's own way to keep still. */
function sessionWith(policy: Session['policy']): Session {
  const village = { code: VILLAGE, name: '示例村', level: 'village', parent: null }
  return {
    token: '',
    device: { id: PERSON, name: '预览' },
    person: { id: PERSON, name: '预览', username: 'preview' },
    roles: [{ role: 'first_secretary', area: VILLAGE }],
    view: 'team',
    areas: [village],
    team: [],
    county: VILLAGE.slice(0, 6),
    policy,
    server_time: new Date().toISOString(),
    revoked: true,
  }
}

export async function fillPhone({ form, dictionary, policy }: Previewed): Promise<void> {
  await openDatabases('preview')
  const rows = madeUpRows(dictionary)
  await Promise.all([
    records().session.put({ key: 'session', value: sessionWith(policy) }),
    copies().forms.put({ ...form, current: true }),
    copies().villages.put({ area: VILLAGE, epoch: 'preview', sha256: '', rows }),
    putFetched({ dictionary, cursor: 'preview' }),
  ])
  await Promise.all([loadFetched(), loadDrafts(), loadOutbox(), loadRegisters()])
  await loadSession()
}

/** A record as the phone's own pages begin one; a form that they do not know yet is about the whole household. */
export async function beginRecord({ form }: Previewed): Promise<Draft | undefined> {
  const { kind, subject } = form.definition.settings
  if (kind === 'visit') return newVisit(HOUSEHOLD)
  if (kind === 'register') return newUpdate(HOUSEHOLD)
  const about = subject === 'person' ? HEAD : subject === 'case' ? CASE : undefined
  const begun = await kindOf(form.form_id)?.begin(HOUSEHOLD, about)
  return begun ?? beginAbout(form.form_id, HOUSEHOLD, form.title)
}
