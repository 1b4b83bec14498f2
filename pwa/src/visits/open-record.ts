/** Opening a draft of this household: what its page needs beside the form itself. */
import { policy, registers, session as signedIn, villages } from '@/device'
import type { Draft, FormVersion } from '@/device'
import type { MemberChoice, Signing } from '@/forms/answering'
import { choiceLabel, questionOfPath } from '@/forms/definition'
import type { DraftSession } from '@/forms/draft-session'
import { openDraft } from '@/forms/draft-session'
import type { OpenForm, RepeatCard } from '@/forms/form-node'
import { questionsOf } from '@/forms/form-node'
import { monthDay } from '@/forms/say-date'
import { kindOf } from '@/records'
import { photoOfOriginal } from './correct-record'
import { colleaguesOf, membersOfDraft } from './household-of-visit'
import { policyAnswers } from './policy-answers'

export function openRecord(draft: Draft, version: FormVersion): Promise<DraftSession> {
  const household = membersOfDraft(draft)
  const colleagues = colleaguesOf(draft)
  const review = draft.deprecated_id ? registers.review(draft.deprecated_id) : undefined
  return openDraft(draft, version, {
    remarks: review?.remarks ?? [],
    members: (form) => membersInForm(form, version) ?? household,
    colleagues: () => colleagues,
    caption: (_source, taken) =>
      policy('photo.caption') === false ? null : captionOf(draft, taken),
    signing,
    follow: (session, question) => {
      if (question.name === 'event_date') goByPolicyOf(session, question.value)
    },
    photo: (name) => photoOfOriginal(draft, name),
  })
}

/** Lines, terms and what is optional are those of the day that the record is about. */
function goByPolicyOf(session: DraftSession, day: string): void {
  const { draft, definition } = session
  const said = (name: string) => valueOf(session.form, name)
  const answers = policyAnswers((key) => policy(key, day, draft.area), draft.form_id, said)
  for (const { name, path, type, repeat } of definition.questions) {
    const answer = answers[name]
    if (type === 'hidden' && !repeat && answer !== undefined) session.derive(path, answer)
  }
}

function valueOf(form: OpenForm, name: string): string {
  return questionsOf(form.root).find((one) => one.name === name)?.value ?? ''
}

/** The members as the form has them, added ones included; null where the form does not list members. */
function membersInForm(form: OpenForm, version: FormVersion): MemberChoice[] | null {
  const members = form.root.children.find(({ path }) => path === '/data/members')
  if (members?.node !== 'repeat') return null
  const row = questionOfPath(version.definition, '/data/members/relation')
  return members.cards.flatMap((card) => {
    const value = valueIn(card)
    if (value('member_status') === 'removed' || !value('name')) return []
    const relation = choiceLabel(version.definition.lists, row?.list, value('relation'))
    return { id: value('person_id'), name: value('name'), relation }
  })
}

function valueIn(card: RepeatCard) {
  return (name: string) => questionsOf(card).find((question) => question.name === name)?.value ?? ''
}

/** Drawn into a photo: when, then where and by whom. */
function captionOf(draft: Draft, taken: string): string[] {
  const village = villages.value.find(({ code }) => code === draft.area)?.name ?? ''
  const who = signedIn.value?.person.name ?? ''
  const home = (draft.household && registers.nameOf(draft.household)) || draft.title
  return [taken, [village, home && `${home}家`, who].filter(Boolean).join(' ')]
}

/** Who signs, and in large type what. */
function signing(session: DraftSession): Signing {
  const { draft, members, form } = session
  const value = (name: string) => valueOf(form, name)
  const met = members.find(({ id }) => id === value('met_who'))
  const who = met ? `${met.name}${met.relation && `（${met.relation}）`}` : value('informant_name')
  const account = value('account_text')
  const signed = kindOf(draft.form_id)?.signed?.(session)
  const lines = signed ?? (account ? [account] : livingThere(draft, members, value('event_date')))
  return { who: who || value('other_name') || '受访人', lines }
}

function livingThere(draft: Draft, members: readonly MemberChoice[], day: string): string[] {
  return [
    `${monthDay(day)}登记的${draft.title}家情况：`,
    ...members.map(({ name, relation }) => `${name} ${relation}`),
  ]
}
