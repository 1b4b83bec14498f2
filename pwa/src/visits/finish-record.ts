/** Saving a record: everything that will be sent, put into the outbox in one step. */
import { fetched, outbox } from '@/device'
import { localTime } from '@/forms/build-instance'
import type { DraftSession } from '@/forms/draft-session'
import { answersOf } from '@/forms/entity-answers'
import { questionsOf } from '@/forms/form-node'
import { elementsAt, parseXml, serialise, setMeta } from '@/forms/instance-xml'
import { withoutUnseen } from '@/records/supplement/only-new'
import { requestSynchronization } from '@/sync'
import { photosElsewhere } from './correct-record'
import { word } from '@/shared/words'

const COUNTS_AS_MADE = new Set(['met_person', 'met_family', 'phone'])

/** Take the draft over into the outbox; false: the phone could not keep it, and the draft stays. */
export async function finishRecord(session: DraftSession): Promise<boolean> {
  if (!(await session.flush())) return false
  const { draft, definition, form } = session
  const recordedAt = localTime(new Date())
  const xml = finished(withoutUnseen(form.xml(), session), recordedAt, draft.deprecated_id)
  const value = (name: string) =>
    questionsOf(form.root).find((question) => question.name === name)?.value ?? ''
  const result = value('visit_result')
  const isVisit = definition.settings.kind === 'visit'
  const answers = answersOf(xml, definition, fetched.value.dictionary)
  // Of the whole family only whom this record is about: what was shown of the others is nobody's business.
  const shown = Object.fromEntries(Object.entries(draft.shown).filter(([id]) => id in answers))
  const kept = await outbox.add(
    {
      instance_id: draft.id,
      form_id: draft.form_id,
      form_version: draft.form_version,
      household: draft.household,
      area: draft.area,
      title: draft.title,
      label: labelOf(session, value),
      xml,
      shown,
      confirmed: draft.confirmed,
      deprecated_id: draft.deprecated_id,
      recorded_at: recordedAt,
      answers,
      visited_on: isVisit && COUNTS_AS_MADE.has(result) ? value('event_date') : null,
      account_edited: draft.page.accountEdited === true,
    },
    pictureNames(session),
    photosElsewhere(draft),
  )
  if (kept.ok) {
    session.end()
    requestSynchronization()
  }
  return kept.ok
}

/** The file names that the instance holds; a question that is not relevant leaves none. */
function pictureNames({ form }: DraftSession): string[] {
  return questionsOf(form.root)
    .filter((question) => question.type === 'image' && question.relevant && question.value)
    .map((question) => question.value)
}

/** The end of recording, and the corrected instance, which the engine does not keep since no form declares it. */
function finished(xml: string, time: string, corrects: string | null): string {
  const root = parseXml(xml).documentElement
  for (const element of elementsAt(root, `/${root.localName}/end`)) element.textContent = time
  if (corrects) setMeta(root, 'deprecatedID', `uuid:${corrects}`)
  return serialise(root)
}

function labelOf({ draft }: DraftSession, value: (name: string) => string): string {
  if (draft.form_id !== 'visit') return draft.label
  if (value('visit_result') === 'absent') return word('visit_result', 'absent')
  return word('visit_type', value('visit_type'))
}
