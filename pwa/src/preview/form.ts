/** The form to be shown, from the desk in which this page stands. */
import type { Dictionary, FormVersion } from '@/device/records'

export interface Previewed {
  form: Omit<FormVersion, 'current'>
  dictionary: Dictionary
  policy: Record<string, unknown>
  /** SHA-256 -> what stands beside the words, in base64. */
  files?: Record<string, string>
}

/**
 * Null where the desk does not give it: the upload is gone, or nobody is signed in there any more.
 *
 * named: an upload, or `form/version` of what is published.
 */
export async function fetchForm(named: string): Promise<Previewed | null> {
  const names = named.includes('/') ? named.split('/') : ['uploads', named]
  const url = `/console/forms/${names.map(encodeURIComponent).join('/')}/form.json`
  const reply = await fetch(url, { cache: 'no-store', credentials: 'same-origin' }).then(
    (response) => response,
    () => null,
  )
  const isForm = reply?.ok === true && reply.headers.get('content-type')?.includes('json') === true
  return isForm ? ((await reply.json()) as Previewed) : null
}
