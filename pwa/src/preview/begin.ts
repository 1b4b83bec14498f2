/** A phone in memory with the made-up household on it, and a record of the form begun there. */
import { forms, registers, type Draft } from '@/device'
import { copies, openDatabases, records } from '@/device/database'
import { loadDrafts } from '@/device/drafts'
import { loadFetched, putFetched } from '@/device/meta'
import { loadOutbox } from '@/device/outbox'
import type { Session } from '@/device/records'
import { loadRegisters } from '@/device/registers'
import { loadSession } from '@/device/session'
import { elementsAt, parseXml, serialise } from '@/forms/instance-xml'
import { kindOf } from '@/records'
import { beginAbout } from '@/records/begin'
import { newUpdate, newVisit } from '@/visits/start-record'
import type { Previewed } from './form'
import { HEAD, HOUSEHOLD, VILLAGE, madeUpRows } from './household'

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

export async function fillPhone({
  form,
  dictionary,
  policy,
  files = {},
}: Previewed): Promise<void> {
  await openDatabases('preview')
  const rows = madeUpRows(dictionary)
  await Promise.all([
    records().session.put({ key: 'session', value: sessionWith(policy) }),
    copies().forms.put({ ...form, current: true }),
    ...Object.entries(files).map(async ([sha256, letters]) =>
      forms.putFile({ sha256, media_type: '', bytes: bytesOf(letters) }),
    ),
    copies().villages.put({ area: VILLAGE, epoch: 'preview', sha256: '', rows }),
    putFetched({ dictionary, cursor: 'preview' }),
  ])
  await Promise.all([loadFetched(), loadDrafts(), loadOutbox(), loadRegisters()])
  await loadSession()
}

function bytesOf(letters: string): ArrayBuffer {
  return Uint8Array.from(atob(letters), (letter) => letter.charCodeAt(0)).buffer
}

/** What a page decides before a form is open, and whole sections hang on: a monitoring case's step. */
export interface Beforehand {
  path: string
  label: string
  choices: readonly (readonly [code: string, label: string])[]
}

export function decidedBeforehand({ form }: Previewed): Beforehand | null {
  const { questions, groups, lists } = form.definition
  const hidden = questions.find(
    ({ path, name, type, appearance }) =>
      // Whom somebody met is asked in the form, in words of its own.
      name !== 'visit_result' &&
      type === 'select_one' &&
      appearance === 'hidden' &&
      groups.some(({ relevant }) => String(relevant).includes(path)),
  )
  const choices = (hidden && lists[hidden.list ?? '']) ?? []
  if (!hidden || choices.length < 2) return null
  return {
    path: hidden.path,
    label: hidden.label,
    choices: choices.map(([code, label]) => [code, label]),
  }
}

/** A record as the phone's own pages begin one; `decided`: a code of what is decided beforehand. */
export async function beginRecord(
  previewed: Previewed,
  decided?: string,
): Promise<Draft | undefined> {
  const draft = await begin(previewed)
  const beforehand = decidedBeforehand(previewed)
  if (!draft || !decided || !beforehand) return draft
  const root = parseXml(draft.xml).documentElement
  for (const element of elementsAt(root, beforehand.path)) element.textContent = decided
  const label = beforehand.choices.find(([code]) => code === decided)?.[1] ?? draft.label
  return { ...draft, label, xml: serialise(root) }
}

/** A form that no page knows yet is about the whole household. */
async function begin({ form }: Previewed): Promise<Draft | undefined> {
  const { kind, subject } = form.definition.settings
  if (kind === 'visit') return newVisit(HOUSEHOLD)
  if (kind === 'register') return newUpdate(HOUSEHOLD)
  const about = subject === 'person' ? personFor(form.form_id) : undefined
  const begun = await kindOf(form.form_id)?.begin(HOUSEHOLD, about)
  return begun ?? beginAbout(form.form_id, HOUSEHOLD, form.title)
}

/** Of the household the one for whom the phone would offer this form. */
function personFor(formId: string): string {
  const kind = kindOf(formId)
  const members = registers.members(HOUSEHOLD)
  return members.find((person) => kind?.memberActions(person).length)?.id ?? HEAD
}
