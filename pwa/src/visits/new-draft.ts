/** Beginning a record: the instance built from what is known, and what was shown frozen with it. */
import { fetched, policy, session, shownFor, valuesOf } from '@/device'
import type { Draft, Entity, FormVersion, Shown } from '@/device'
import { recordingTime } from '@/device/clock'
import { HOUSEHOLDS, PERSONS } from '@/device/properties'
import type { Prefill } from '@/forms/build-instance'
import { buildInstance, localDate, localTime } from '@/forms/build-instance'
import { entitiesOf } from '@/forms/definition'
import { shownToForm } from '@/forms/shown-units'

export interface NewRecord {
  household: string
  area: string
  title: string
  label: string
  /** Empty for a household that this record makes. */
  known: { household: Entity; members: Entity[] } | null
  /** Question name -> value, for questions outside repeats. */
  preset: Record<string, string>
  page?: Record<string, unknown>
}

/** A draft that is not on the disk yet: it is kept from the first answer on. */
export function newDraft(record: NewRecord, version: FormVersion): Draft {
  const now = recordingTime()
  const id = crypto.randomUUID()
  const built = buildInstance({
    xform: version.xform,
    definition: version.definition,
    instanceId: id,
    entities: entitiesToShow(record),
    preset: pathsOf(version, { ...moment(now, version), ...record.preset }),
    firstLoad: {
      now,
      deviceId: session.value?.device.id ?? '',
      userName: session.value?.person.username ?? '',
    },
    // What is observed is asked anew, with last time's answer beside it; what is kept on file is filled in.
    takesOver: () => version.definition.settings.kind !== 'visit',
  })
  return {
    id,
    form_id: version.form_id,
    form_version: version.version,
    household: record.household,
    area: record.area,
    title: record.title,
    label: record.label,
    xml: built.xml,
    shown: shownNow(record, version),
    confirmed: [],
    deprecated_id: null,
    created_at: localTime(now),
    saved_at: '',
    missing: null,
    page: { ...record.page, route: `/records/${id}` },
  }
}

function entitiesToShow({ known, household, area }: NewRecord): Record<string, Prefill[]> {
  if (!known)
    return { [HOUSEHOLDS]: [{ id: household, known: false, values: { village_code: area } }] }
  return {
    [HOUSEHOLDS]: [toPrefill(known.household)],
    [PERSONS]: known.members.map(toPrefill),
  }
}

function toPrefill(entity: Entity): Prefill {
  return { id: entity.id, known: true, values: valuesOf(entity), masked: entity.masked }
}

function shownNow({ known }: NewRecord, version: FormVersion): Shown {
  const shown: Shown = {}
  if (!known) return shown
  const registersOfForm = new Set(entitiesOf(version.definition).map(({ register }) => register))
  for (const entity of [known.household, ...known.members]) {
    const all = shownFor(entity.id)
    if (!all || !registersOfForm.has(entity.register)) continue
    shown[entity.id] = shownToForm(
      all,
      entity.register,
      version.definition,
      fetched.value.dictionary,
    )
  }
  return shown
}

/** What the phone knows of the moment: the same in every form. */
function moment(now: Date, version: FormVersion): Record<string, string> {
  const me = session.value
  const roles = new Set((version.definition.lists.role ?? []).map(([code]) => code))
  return {
    event_date: localDate(now),
    entry_date: localDate(now),
    recorder_name: me?.person.name ?? '',
    recorder_role: me?.roles.find(({ role }) => roles.has(role))?.role ?? '',
    policy_signature: policy('signature.required') === true ? 'required' : 'optional',
    ask_bank: policy('register.ask_bank') === true ? 'yes' : 'no',
    ask_hukou: policy('register.ask_hukou') === true ? 'yes' : 'no',
    ask_satisfaction: policy('visit.ask_satisfaction') === true ? 'yes' : 'no',
  }
}

function pathsOf(version: FormVersion, byName: Record<string, string>): Record<string, string> {
  const preset: Record<string, string> = {}
  for (const { name, path, repeat } of version.definition.questions) {
    if (!repeat && byName[name] !== undefined) preset[path] = byName[name]
  }
  return preset
}

const fresh = new Map<string, Draft>()

/** Hold a draft that was not answered yet, so that its page finds it. */
export function holdFresh(draft: Draft): void {
  fresh.clear()
  fresh.set(draft.id, draft)
}

export function freshDraft(id: string): Draft | undefined {
  return fresh.get(id)
}
