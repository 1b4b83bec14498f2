/** Correcting a returned record, on the phone that recorded it or on another one of the same person. */
import { blobs, correctionOf as begunCorrection, drafts, outbox, registers } from '@/device'
import type { Attachment, Draft, ReviewRow, Shown } from '@/device'
import type { Elsewhere } from '@/device/outbox'
import { recordingTime } from '@/device/clock'
import { correctionOf, localTime } from '@/forms/build-instance'
import { fetchForm, type Failure } from '@/sync'
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
  return sent ? kept(await draftFrom(sent)) : fromOtherPhone(review)
}

/** On the disk at once: the photos that it took over belong to it. */
async function kept(draft: Draft): Promise<Draft> {
  const saved = await drafts.save(draft)
  return saved.ok ? saved.value : draft
}

/** It was recorded on another phone: fetched, and kept, so that it needs the network only once. */
async function fromOtherPhone(review: ReviewRow): Promise<Draft | Failure> {
  const reply = await fetchOwnRecord(review.id)
  if (!reply.ok) return reply
  const { form_id, form_version } = reply.value
  const failed = await fetchForm(form_id, form_version)
  if (failed) return failed
  const draft = await draftFrom({
    ...reply.value,
    household: review.household,
    area: review.area,
    title: registers.nameOf(review.household ?? ''),
    label: word('visit_type', review.summary.visit_type) || '改信息',
  })
  return kept(draft)
}

async function draftFrom(original: Original): Promise<Draft> {
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
      elsewhere: await takeOverPhotos(original, id),
    },
  }
}

/** Copy the photos that are here; returns those that only the township has, or that find no room here twice. */
async function takeOverPhotos(original: Original, id: string): Promise<Elsewhere[]> {
  const elsewhere: Elsewhere[] = []
  for (const file of original.attachments) {
    const picture = await blobs.get(original.instance_id, file.name)
    const copied = picture && (await blobs.put(id, file.name, picture))
    if (!copied?.ok) elsewhere.push({ ...file, from: original.instance_id })
  }
  return elsewhere
}

/** The photos of a correction that only the township has. */
export function photosElsewhere(draft: Draft): Elsewhere[] {
  return Array.isArray(draft.page.elsewhere) ? (draft.page.elsewhere as Elsewhere[]) : []
}

/** Look at such a photo: fetched once, then kept with the draft. Null: no network now. */
export async function photoOfOriginal(draft: Draft, name: string): Promise<Blob | null> {
  const file = photosElsewhere(draft).find((one) => one.name === name)
  const reply = file && (await fetchPhoto(file.from, file))
  if (!reply?.ok) return null
  await blobs.put(draft.id, name, reply.value)
  return reply.value
}
