/** Correcting a returned record, on the phone that recorded it or on another one of the same person. */
import { blobs, correctionOf as begunCorrection, drafts, outbox, registers } from '@/device'
import type { Attachment, Draft, ReviewRow, Shown } from '@/device'
import type { Elsewhere } from '@/device/outbox'
import { recordingTime } from '@/device/clock'
import { correctionOf, localTime } from '@/forms/build-instance'
import type { Failure } from '@/sync'
import { fetchForm } from '@/sync/fetch-forms'
import { fetchOwnRecord, fetchPhoto } from '@/sync/fetch-record'
import { word } from '@/shared/words'

/** What a correction takes over of what it corrects. */
interface Original {
  instance_id: string
  form_id: string
  form_version: string
  household: string | null
  area: string
  title: string
  label: string
  xml: string
  shown: Shown
  confirmed: string[]
  attachments: Attachment[]
  account_edited?: boolean
}

/** The draft that corrects a returned record: the one begun, or a new one. A failure: it needs the network once. */
export async function correction(review: ReviewRow): Promise<Draft | Failure> {
  const begun = begunCorrection(review)
  if (begun) return begun
  const sent = (await outbox.sent()).find(({ instance_id }) => instance_id === review.id)
  return sent ? kept(sent) : fromOtherPhone(review)
}

/** On the disk before its photos, so that they are never without an owner. */
async function kept(original: Original): Promise<Draft> {
  const draft = draftFrom(original)
  const saved = await drafts.save(draft)
  if (!saved.ok) return draft
  await takeOverPhotos(original, draft.id)
  return saved.value
}

/** It was recorded on another phone: fetched, and kept, so that it needs the network only once. */
async function fromOtherPhone(review: ReviewRow): Promise<Draft | Failure> {
  const reply = await fetchOwnRecord(review.id)
  if (!reply.ok) return reply
  const { form_id, form_version } = reply.value
  const failed = await fetchForm(form_id, form_version)
  if (failed) return failed
  return kept({
    ...reply.value,
    household: review.household,
    area: review.area,
    title: registers.nameOf(review.household ?? ''),
    label: word('visit_type', review.summary.visit_type) || '改信息',
  })
}

function draftFrom(original: Original): Draft {
  const id = crypto.randomUUID()
  const { form_id, form_version, household, area, title, label, shown, confirmed } = original
  return {
    ...{ form_id, form_version, household, area, title, label, shown, confirmed },
    id,
    xml: correctionOf(original.xml, id),
    deprecated_id: original.instance_id,
    created_at: localTime(recordingTime()),
    saved_at: '',
    missing: null,
    page: {
      accountEdited: original.account_edited ?? true,
      route: `/records/${id}`,
      elsewhere: original.attachments.map((file) => ({ ...file, from: original.instance_id })),
    },
  }
}

/** Copy the photos that are here; one that finds no room here twice is taken from the township. */
async function takeOverPhotos(original: Original, id: string): Promise<void> {
  for (const { name } of original.attachments) {
    const picture = await blobs.get(original.instance_id, name)
    if (picture) await blobs.put(id, name, picture)
  }
}

/** The photos of the original, where the township has them; what lies here under the correction's own id goes before. */
export function photosElsewhere(draft: Draft): Elsewhere[] {
  return Array.isArray(draft.page.elsewhere) ? (draft.page.elsewhere as Elsewhere[]) : []
}

/** Look at one that is not here: fetched once, then kept with the draft. Null: no network now. */
export async function photoOfOriginal(draft: Draft, name: string): Promise<Blob | null> {
  const file = photosElsewhere(draft).find((one) => one.name === name)
  const reply = file && (await fetchPhoto(file.from, file))
  if (!reply?.ok) return null
  await blobs.put(draft.id, name, reply.value)
  return reply.value
}
