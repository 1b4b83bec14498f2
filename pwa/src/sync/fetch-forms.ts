/** Form versions and the data dictionary, fetched once each. */
import { drafts, forms, outbox, returned } from '@/device'
import { loadFetched, putFetched } from '@/device/meta'
import { HOUSEHOLDS, PERSONS } from '@/device/properties'
import type { Dictionary, FormInForce, FormVersion } from '@/device/records'
import { get, getBytes, type Failure } from './transport'

interface Listed {
  form_id: string
  version: string
  title: string
  sha256: string
  /** New records begin with it; false: listed for the drafts that were begun with it. */
  current?: boolean
}

function needed(): string {
  const named = [...drafts.list.value, ...outbox.list.value]
  const versions = new Set(named.map((one) => `${one.form_id}:${one.form_version}`))
  return [...versions].map(encodeURIComponent).join(',')
}

/** Fetch a form version, unless it is here. */
export async function fetchForm(form_id: string, version: string): Promise<Failure | null> {
  const held = await forms.version(form_id, version)
  if (held) return fetchFiles(held)
  const reply = await get<Omit<FormVersion, 'current'>>(
    `/forms/${encodeURIComponent(form_id)}/${encodeURIComponent(version)}`,
  )
  if (!reply.ok) return reply
  const form = { ...reply.value, current: false }
  await forms.put([form])
  return fetchFiles(form)
}

/** Fetch what stands beside the words of a form: by content, so that nothing is fetched twice. */
async function fetchFiles({ form_id, version, definition }: FormVersion): Promise<Failure | null> {
  for (const name of await forms.filesLacking(definition)) {
    const path = ['forms', form_id, version, 'files', name].map(encodeURIComponent).join('/')
    const reply = await getBytes(`/${path}`)
    if (!reply.ok) return reply
    const sha256 = definition.files?.[name] ?? ''
    await forms.putFile({ sha256, media_type: mediaType(name), bytes: reply.value })
  }
  return null
}

const MEDIA_TYPES: Record<string, string> = {
  ...{ png: 'image/png', jpg: 'image/jpeg', jpeg: 'image/jpeg', webp: 'image/webp' },
  ...{ mp3: 'audio/mpeg', m4a: 'audio/mp4', mp4: 'video/mp4' },
}

function mediaType(name: string): string {
  return MEDIA_TYPES[name.split('.').at(-1)?.toLowerCase() ?? ''] ?? ''
}

/** A returned record is corrected in the version in which it was recorded, perhaps where there is no network. */
export async function fetchFormsOfReturned(): Promise<Failure | null> {
  for (const { form_id, form_version } of returned.value) {
    const failed = await fetchForm(form_id, form_version)
    if (failed) return failed
  }
  return null
}

/** Fetch the versions in force, and those of drafts, that are not here yet; then the dictionary. */
export async function fetchForms(): Promise<Failure | null> {
  const listed = await get<{ forms: Listed[] }>(`/forms?have=${needed()}`)
  if (!listed.ok) return listed
  for (const { form_id, version } of listed.value.forms) {
    const failed = await fetchForm(form_id, version)
    if (failed) return failed
  }
  const current = newestOfEach(listed.value.forms.filter((form) => form.current !== false))
  await forms.setCurrent(current)
  const dictionary = await get<Dictionary>('/dictionary')
  if (!dictionary.ok) return dictionary
  await putFetched({ dictionary: dictionary.value, in_force: await inForce(current) })
  await loadFetched()
  return null
}

async function inForce(current: readonly Listed[]): Promise<FormInForce[]> {
  const found: FormInForce[] = []
  for (const { form_id, version } of current) {
    const form = await forms.version(form_id, version)
    if (form) found.push(summary(form))
  }
  return found
}

function summary({ form_id, version, title, definition, mode, new_questions }: FormVersion) {
  const paths = new Set(mode === 'supplement' ? new_questions : [])
  const { settings, questions = [], entities = [] } = definition as Partial<typeof definition>
  const about = entities.find(({ register }) => register !== HOUSEHOLDS && register !== PERSONS)
  return {
    ...{ form_id, version, title },
    kind: settings?.kind ?? '',
    subject: settings?.subject ?? '',
    register: about?.register ?? '',
    asks: questions
      .filter(({ path }) => paths.has(path))
      .map(({ path, label, save_to }) => ({ path, label, save_to: save_to ?? null })),
  }
}

/** An older server lists the versions of drafts without telling them apart. */
function newestOfEach(listed: Listed[]): Listed[] {
  const newest = new Map<string, Listed>()
  for (const form of listed) {
    const other = newest.get(form.form_id)
    if (!other || other.version < form.version) newest.set(form.form_id, form)
  }
  return [...newest.values()]
}
