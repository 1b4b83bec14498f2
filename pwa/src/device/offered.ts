/** Which forms a new record can begin with on this phone. */
import { fetched } from './meta'
import { session } from './session'

/** What the phone remembers of a version with which new records begin. */
export interface FormInForce {
  form_id: string
  version: string
  title: string
  kind: string
  subject: string
  /** The register of what the form is about besides household and members; `` if none. */
  register: string
  /** What is asked once more of whoever was recorded with an earlier version. */
  asks: Asked[]
}

/** A question that is asked once more. */
export interface Asked {
  path: string
  label: string
  save_to: { register: string; property: string } | null
}

/** The office took the form back, and no version of it is in force; drafts are finished all the same. */
export function isWithdrawn(formId: string): boolean {
  const { in_force } = fetched.value
  return in_force !== null && !in_force.some(({ form_id }) => form_id === formId)
}

/** Whether the person's roles record with this form. */
export function isMine(formId: string): boolean {
  const { forms } = session.value ?? {}
  return !forms || forms.includes(formId)
}

export function canBegin(formId: string): boolean {
  return isMine(formId) && !isWithdrawn(formId)
}
