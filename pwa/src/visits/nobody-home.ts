/** Recording that nobody was at home: on the disk at the tap, in the outbox when the sheet is left. */
import { drafts, holdDraft, releaseDraft } from '@/device'
import type { DraftSession } from '@/forms/draft-session'
import { isOpenHere } from '@/forms/draft-session'
import type { Repeat } from '@/forms/form-node'
import { questionsOf } from '@/forms/form-node'
import { formOf } from '@/forms/load-form'
import { accountOf } from './account'
import { finishRecord } from './finish-record'
import { openRecord } from './open-record'
import { newVisit } from './start-record'
import { factsOf } from './visit-facts'

/** Undefined: the phone could not keep it. */
export async function recordAbsence(
  household: string,
  reason: string,
): Promise<DraftSession | undefined> {
  const draft = await newVisit(household, {
    met_who: 'absent',
    visit_result: 'absent',
    absent_reason: reason,
  })
  const version = draft && (await formOf(draft))
  if (!draft || !version) return undefined
  draft.label = '没在家'
  await holdDraft(draft.id)
  const session = await openRecord(draft, version)
  session.derive('/data/g_account/account_text', accountOf(factsOf(session)))
  session.savePage({ autoFinish: true })
  if (await session.flush()) return session
  session.end()
  session.close()
  return undefined
}

/** A picture of the door, by choice. Returns what went wrong, in words; `` when it was kept. */
export async function addDoorPhoto(session: DraftSession, file: File): Promise<string> {
  const photos = session.form.root.children.find(({ name }) => name === 'photos') as
    Repeat | undefined
  if (!photos) return ''
  photos.add()
  const card = photos.cards.at(-1)
  const photo = card && questionsOf(card).find(({ type }) => type === 'image')
  const trouble = photo ? await session.keepPhoto(photo, file, 'camera') : ''
  if (trouble) photos.remove(photos.cards.length - 1)
  return trouble
}

/** It was a slip: as if it had never been recorded. */
export async function takeBack(session: DraftSession): Promise<void> {
  await session.flush()
  session.end()
  session.close()
  await drafts.remove(session.draft.id)
}

/** The phone went off while the sheet stood open: what was chosen counts. */
export async function finishLeftOvers(): Promise<void> {
  for (const { id, ...listed } of drafts.list.value.filter(({ page }) => page.autoFinish)) {
    const version = await formOf({ id, ...listed })
    // Still open in another window: that one finishes it.
    if (!version || isOpenHere(id) || !(await holdDraft(id))) continue
    const draft = await drafts.get(id)
    // A sheet that was just left finishes it itself, with the photo that is still being kept.
    if (isOpenHere(id)) continue
    if (!draft) {
      releaseDraft(id)
      continue
    }
    const session = await openRecord(draft, version)
    await finishRecord(session)
    session.close()
  }
}
