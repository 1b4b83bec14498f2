/** What somebody reads in large type before he signs a step of a case, or a check. */
import { answerWords } from '@/forms/card-title'
import type { DraftSession } from '@/forms/draft-session'
import { questionsOf } from '@/forms/form-node'
import { monthDay } from '@/forms/say-date'

/** Answers that he should know he signs, in this order. */
const SIGNED = [
  ...['hardship', 'self_capacity', 'verify_conclusion', 'category_proposed', 'risk_main'],
  ...['apply_way', 'authorized', 'clear_reason', 'stable_months', 'risk_gone', 'no_new_risk'],
  ...['check_kind', 'fail_note', 'household_agrees', 'disagree_reason', 'conclusion'],
]

export function signedLines(session: DraftSession): string[] {
  const questions = questionsOf(session.form.root)
  const found = (name: string) =>
    questions.find((one) => one.name === name && one.relevant && one.value)
  const day = monthDay(found('event_date')?.value ?? '')
  return [
    `${day}，${session.draft.title}家：${session.draft.label}。`,
    ...SIGNED.flatMap((name) => {
      const question = found(name)
      return question ? [`${question.label}：${answerWords(question, session)}`] : []
    }),
  ]
}
