/** Whether a record says anything: one in which nothing was recorded would only look as if something had been done. */
import type { DraftSession } from '@/forms/draft-session'
import { questionsOf, type Question } from '@/forms/form-node'
import { questionOfPath } from '@/forms/definition'
import { isAsked } from '@/forms/question-kind'

/** When it was, whom one met and how it was signed says nothing of the household by itself. */
const CIRCUMSTANCES = /^\/data\/(g_when|g_met|g_sign)(\/|$)/

/** That nobody was there, or wanted to speak, or that the notice was put up, is a record without any other answer. */
const SAYS_ENOUGH: Readonly<Record<string, readonly string[]>> = {
  visit_result: ['absent', 'refused'],
  case_step: ['notice_posted'],
}

/** What is asked and saved to no register, as it stands now: reference -> answer. */
function unsaved({ form, definition }: DraftSession): Map<string, string> {
  const counts = (one: Question) =>
    !CIRCUMSTANCES.test(one.path) &&
    !questionOfPath(definition, one.path)?.save_to &&
    isAsked(one, definition) &&
    one.value !== '' &&
    one.relevant
  return new Map(
    questionsOf(form.root)
      .filter(counts)
      .map(({ reference, value }) => [reference, value]),
  )
}

/** Remember what a new record was given by the phone, to tell it from what a person said. */
export function rememberGiven(session: DraftSession): void {
  if (session.draft.saved_at === '' && session.page.given === undefined)
    session.page.given = Object.fromEntries(unsaved(session))
}

/** Nothing was answered or confirmed by hand. Corrections have said something before. */
export function saysNothing(session: DraftSession): boolean {
  const { draft, savedAt } = session
  // What was confirmed by hand is told with every saving.
  void savedAt.value
  if (draft.deprecated_id !== null || draft.confirmed.length > 0) return false
  if (questionsOf(session.form.root).some(({ name, value }) => SAYS_ENOUGH[name]?.includes(value)))
    return false
  const given = (session.page.given ?? {}) as Record<string, string>
  return [...unsaved(session)].every(([reference, value]) => given[reference] === value)
}
