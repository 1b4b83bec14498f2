/** Which forms a new record can begin with on this phone. */
import { fetched } from './meta'
import { session } from './session'

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
