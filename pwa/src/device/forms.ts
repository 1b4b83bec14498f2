/** Form versions on this phone. */
import { copies } from './database'
import type { FormVersion } from './records'

/** The version with which a new record of this form begins; undefined before the first synchronisation. */
async function current(formId: string): Promise<FormVersion | undefined> {
  const versions = await copies().forms.where({ form_id: formId }).toArray()
  return versions.find((version) => version.current)
}

/** The version that a draft was begun with. */
async function version(formId: string, version: string): Promise<FormVersion | undefined> {
  return copies().forms.get([formId, version])
}

async function list(): Promise<FormVersion[]> {
  return copies().forms.toArray()
}

async function put(versions: FormVersion[]): Promise<void> {
  await copies().forms.bulkPut(versions)
}

/** Say which versions are in force; the others stay for the drafts that were begun with them. */
async function setCurrent(inForce: { form_id: string; version: string }[]): Promise<void> {
  const names = new Set(inForce.map((form) => `${form.form_id}:${form.version}`))
  await copies()
    .forms.toCollection()
    .modify((form) => {
      form.current = names.has(`${form.form_id}:${form.version}`)
    })
}

export const forms = { current, version, list, put, setCurrent }
