/** Getting a form ready while the person still looks at the household: the engine's chunk, then the form itself. */
import { forms } from '@/device'
import type { FormVersion } from '@/device'
import type { LoadedForm } from './form-node'

const loaded = new Map<string, Promise<LoadedForm>>()

/** A loaded form; loading it again costs nothing. */
export function loadedForm(version: FormVersion): Promise<LoadedForm> {
  const name = `${version.form_id}:${version.version}`
  const known = loaded.get(name)
  if (known) return known
  const loading = import('./engine').then(({ load }) => load(version.xform))
  loaded.set(name, loading)
  loading.then(null, () => loaded.delete(name))
  return loading
}

/** Load a form when the phone has nothing better to do. */
export function prefetchForm(formId: string): void {
  whenIdle(() => {
    void forms
      .current(formId)
      .then((version) => version && whenIdle(() => void loadedForm(version)))
  })
}

export function whenIdle(work: () => void): void {
  // Safari has no requestIdleCallback.
  if ('requestIdleCallback' in window) requestIdleCallback(work, { timeout: 2000 })
  else setTimeout(work, 200)
}
