/** Getting a form ready while the person still looks at the household: the engine's chunk, then the form itself. */
import { forms } from '@/device'
import type { Draft, FormVersion } from '@/device'
import { today } from '@/shared/dates'
import { words } from '@/shared/words'
import type { LoadedForm } from './form-node'
import { spoken, type SpokenForm } from './spoken'

/** Said where a record cannot begin. */
export const FORM_LACKING = `表还没下载到手机。有网时打开“${words.page.uploads}”，点最下面的按钮，就有了。`

/** Load a form that no version has: the engine is fetched first. */
export async function loadEngine(xform: string): Promise<LoadedForm> {
  const { load } = await import('./engine')
  return load(xform)
}

const loaded = new Map<string, Promise<LoadedForm>>()

/** A loaded form; loading it again costs nothing. */
export function loadedForm(version: SpokenForm): Promise<LoadedForm> {
  const name = `${version.form_id}:${version.version}:${version.words ?? ''}`
  const known = loaded.get(name)
  if (known) return known
  const loading = loadEngine(version.xform)
  loaded.set(name, loading)
  loading.then(null, () => loaded.delete(name))
  return loading
}

const versions = new Map<string, FormVersion>()

/** The version with which a new record begins, remembered for the page that opens the record next. */
export async function currentForm(formId: string): Promise<SpokenForm | undefined> {
  const version = await forms.current(formId)
  if (!version) return undefined
  versions.set(`${version.form_id}:${version.version}`, version)
  return spoken(version, today())
}

/** The version that a draft was begun with. Versions never change, so the one remembered will do. */
export async function formOf(draft: Draft): Promise<SpokenForm | undefined> {
  const { form_id, form_version, created_at, xml } = draft
  const known = versions.get(`${form_id}:${form_version}`)
  const version = known ?? (await forms.version(form_id, form_version))
  return version && spoken(version, created_at.slice(0, 10), xml)
}

/** Load a form when the phone has nothing better to do. */
export function prefetchForm(formId: string): void {
  whenIdle(() => {
    void currentForm(formId).then((version) => version && whenIdle(() => void warm(version)))
  })
}

/** The engine's first instance costs twice what later ones do: make it before somebody waits for it. */
async function warm(version: FormVersion): Promise<void> {
  const form = await loadedForm(version)
  whenIdle(() => form.warm())
}

export function whenIdle(work: () => void): void {
  // Safari has no requestIdleCallback.
  if ('requestIdleCallback' in window) requestIdleCallback(work, { timeout: 2000 })
  else setTimeout(work, 200)
}
