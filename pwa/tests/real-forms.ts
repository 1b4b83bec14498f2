/** The forms as the server compiles them, for tests; `tests/compiled` is written by the compiler. */
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import type { Dictionary, FormVersion } from '@/device/records'
import type { LoadedForm } from '@/forms/form-node'

const read = (name: string) => readFileSync(resolve(__dirname, 'compiled', name), 'utf8')

export function realForm(formId: 'visit' | 'household_register'): FormVersion {
  const definition = JSON.parse(read(`${formId}.json`)) as FormVersion['definition']
  const { version, title } = definition
  return {
    form_id: formId,
    version,
    title,
    xform: read(`${formId}.xml`),
    definition,
    current: true,
  }
}

export const dictionary = JSON.parse(read('dictionary.json')) as Dictionary

/** The real engine with a real form. Its XPath parser mistakes jsdom for a page only if Node's old names are there. */
export async function loadReal(form: FormVersion): Promise<LoadedForm> {
  Object.assign(globalThis, { __dirname })
  const { load } = await import('@/forms/engine')
  return load(form.xform)
}
