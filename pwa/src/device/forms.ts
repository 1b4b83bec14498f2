/** Form versions on this phone. */
import { copies } from './database'
import type { FormFile, FormVersion } from './records'

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

/** Of the files of a form the names of those that are not here yet. */
async function filesLacking({ files = {} }: FormVersion['definition']): Promise<string[]> {
  const names = Object.keys(files)
  const held = await copies().form_files.bulkGet(names.map((name) => files[name] ?? ''))
  return names.filter((_, index) => !held[index])
}

async function putFile(file: FormFile): Promise<void> {
  await copies().form_files.put(file)
}

/** Null where it has not come yet. */
async function file(sha256: string): Promise<Blob | null> {
  const held = await copies().form_files.get(sha256)
  return held ? new Blob([held.bytes], { type: held.media_type }) : null
}

export const forms = { current, version, list, put, setCurrent, filesLacking, putFile, file }
