/** What somebody reads in large type before he signs a contact card. */
import { answerWords } from '@/forms/card-title'
import type { DraftSession } from '@/forms/draft-session'
import { questionsOf } from '@/forms/form-node'
import { monthDay } from '@/forms/say-date'

/** Whom to call, in this order. */
const CALLED = [
  ['监护人', 'guardian'],
  ['在外的亲属', 'relative'],
  ['结对联系人', 'linkman'],
] as const

export function signedLines(session: DraftSession): string[] {
  const questions = questionsOf(session.form.root)
  const words = (name: string) => {
    const found = questions.find((one) => one.name === name && one.relevant && one.value)
    return found ? answerWords(found, session) : ''
  }
  const people = CALLED.map(([title, who]) => {
    const said = ['name', 'relation', 'phone'].map((what) => words(`${who}_${what}`))
    return [title, said.filter(Boolean).join('，')] as const
  })
  const kind = words('left_type')
  return [
    `${monthDay(words('event_date'))}联系了${session.draft.title}${kind && `（${kind}）`}。`,
    ...people.filter(([, said]) => said).map(([title, said]) => `${title}：${said}`),
  ]
}
