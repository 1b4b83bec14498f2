/** One of the eight recorded for many people: each becomes a record of his own, as if it had been filled in at his door. */
import { drafts, holdDraft, outbox } from '@/device'
import type { DraftSession } from '@/forms/draft-session'
import { questionsOf } from '@/forms/form-node'
import { FORM_LACKING, formOf } from '@/forms/load-form'
import { onceAlone } from '@/sync/alone'
import { finishRecord } from '@/visits/finish-record'
import { openRecord } from '@/visits/open-record'
import { health } from '.'
import type { Item } from './eight'
import type { Lacking } from './person'

export interface Done {
  item: Item
  on: string
  org: string
  /** What was examined, of those old enough to be asked; codes parted by blanks. */
  exam: string
}

/** The record of one person, or what hinders it, in words. */
export type Recorded = { record: string } | { trouble: string }

const NOT_KEPT = '手机没存上，请先清出一些空间再记'

/** Record an item for somebody. What the form asks besides is not guessed: he is left for a record of his own. */
export async function recordFor({ person, household }: Lacking, done: Done): Promise<Recorded> {
  const draft = await health.begin(household, person.id)
  const version = draft && (await formOf(draft))
  if (!draft || !version) return { trouble: FORM_LACKING }
  await holdDraft(draft.id)
  const session = await openRecord(draft, version)
  answer(session, done)
  const trouble = await finish(session)
  session.end()
  session.close()
  if (trouble) await drafts.remove(draft.id)
  return trouble ? { trouble } : { record: draft.id }
}

async function finish(session: DraftSession): Promise<string> {
  const missing = session.visibleMissing.map(({ label }) => `“${label}”`)
  const kept = missing.length === 0 && (await finishRecord(session))
  if (kept) return ''
  await session.flush()
  return missing.length > 0 ? `还要填${missing.join('')}，请到他那里记` : NOT_KEPT
}

function answer(session: DraftSession, { item, on, org, exam }: Done): void {
  const say = (name: string, value: string) => {
    const question = questionsOf(session.form.root).find((one) => one.name === name)
    if (question?.relevant && value) session.answer(question, value)
  }
  say(`${item}_status`, 'done')
  say(`${item}_on`, on)
  say(`${item}_org`, org)
  if (item === 'hb6') say('exam_items', exam)
}

/** As if these had never been recorded; how many that was. Those that were sent already stay. */
export async function takeBack(records: readonly string[]): Promise<number> {
  let taken = 0
  await onceAlone(async () => {
    taken = await outbox.takeOut(records)
  })
  return taken
}
